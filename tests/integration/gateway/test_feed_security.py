"""Who may feed, and how what they say is hidden: TLS, certificates, secrets, and what each secret may publish."""
import contextlib
import json
import socket
import ssl
import time

import pytest

from certificates import Authority
from weir_process import FEED, PATIENCE_S, run, wait_until

SECRET, OTHER_SECRET = "first-secret-0123456789", "other-secret-0123456789"


class Feeder:
    """One connection, plain or with TLS. `greeting` is its first line."""

    def __init__(self, port, tls=None, greeting=None, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=PATIENCE_S)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        self.lines = self.socket.makefile("rb")
        if greeting:
            self.send(greeting)

    def send(self, *lines):
        self.socket.sendall(b"".join(json.dumps(line).encode() + b"\n" for line in lines))

    def answer(self):
        """None: the gateway has closed the connection."""
        line = self.lines.readline()
        return json.loads(line) if line else None

    def end(self):
        self.lines.close()
        self.socket.close()


@pytest.fixture
def feeder():
    with contextlib.ExitStack() as ends:

        def open_one(*arguments, **options):
            one = Feeder(*arguments, **options)
            ends.callback(one.end)
            return one

        yield open_one


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


def feed(*lines):
    return FEED + "".join(line + "\n" for line in lines)


def listening(authority, *lines, tls=""):
    certificate, key = authority.issue("gateway")
    return feed(f'tls = {{ certificate = "{certificate}", key = "{key}"{tls} }}', *lines)


def guarded(tmp_path, *lines):
    """Two feeders: one for quotes/#, one for all."""
    (tmp_path / "prices").write_text(SECRET + "\n")
    (tmp_path / "others").write_text(OTHER_SECRET)
    return feed(
        *lines,
        "[[adapter.feeders]]",
        'name = "prices"',
        f'secret_file = "{tmp_path}/prices"',
        'publish = ["quotes/#"]',
        "[[adapter.feeders]]",
        'name = "others"',
        f'secret_file = "{tmp_path}/others"',
    )


def events(gateway, event):
    return gateway.metric(f'weir_adapter_events_total{{adapter="feed",event="{event}"}}')


def status_of(gateway, name="feed"):
    adapters = json.loads(gateway.get("/admin/adapters"))["adapters"]
    return next(adapter for adapter in adapters if adapter["adapter"] == name)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_lines_come_through_tls(start, connect, feeder, authority, version):
    gateway = start(adapters=listening(authority))
    assert gateway.address("adapter:feed").startswith("tls://127.0.0.1:")
    client = connect(gateway)
    client.subscribe("big", delivery="all")
    tls = ssl.create_default_context(cafile=authority.ca)
    tls.minimum_version = tls.maximum_version = version
    peer = feeder(gateway.feed_port, tls)
    long_text = "x" * 200_000  # many records
    peer.send({"topic": "big", "data": long_text, "id": 1}, {"topic": "big", "data": 2, "id": 2})
    assert [peer.answer(), peer.answer()] == [{"ack": 1}, {"ack": 2}]
    seen = client.until(lambda message: message.get("d") == 2)
    assert [message["d"] for message in seen if "d" in message] == [long_text, 2]
    assert "1 feeder connected" in status_of(gateway)["reason"]


def test_a_feeder_that_does_not_know_the_root_does_not_talk_to_it(start, feeder, authority):
    gateway = start(adapters=listening(authority))
    with pytest.raises(ssl.SSLCertVerificationError):
        feeder(gateway.feed_port, ssl.create_default_context())
    wait_until(lambda: events(gateway, "handshake_failures") == 1, "it is counted")
    plain = feeder(gateway.feed_port, greeting={"topic": "a", "data": 1})
    with contextlib.suppress(ConnectionError):
        while plain.lines.read(1):
            pass
    wait_until(lambda: events(gateway, "handshake_failures") == 2, "no TLS at all is counted, too")
    assert "TLS: " in gateway.log()
    assert "0 feeders" in status_of(gateway)["reason"]
    assert gateway.metric('weir_adapter_published_entries_total{adapter="feed"}') == 0


def test_a_feeder_needs_a_certificate_where_one_is_asked_for(start, feeder, authority, tmp_path):
    others = Authority(tmp_path, "others")
    mutual = f', client_ca = "{authority.ca}", min_version = "1.3"'
    gateway = start(adapters=listening(authority, tls=mutual))

    def context(issuer=None):
        made = ssl.create_default_context(cafile=authority.ca)
        if issuer:
            made.load_cert_chain(*issuer.issue("feeder"))
        return made

    peer = feeder(gateway.feed_port, context(authority), {"topic": "a", "data": 1, "id": 1})
    assert peer.answer() == {"ack": 1}
    for number, issuer in enumerate([None, others]):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            stranger = feeder(gateway.feed_port, context(issuer), {"topic": "a", "data": 2, "id": 1})
            raise ConnectionError(stranger.answer())  # TLS 1.3: refused after its own side is done
        wait_until(lambda n=number: events(gateway, "handshake_failures") == n + 1, "it is counted")
    old = context(authority)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        feeder(gateway.feed_port, old)
    assert gateway.metric('weir_adapter_published_entries_total{adapter="feed"}') == 1


def test_a_stranger_is_told_and_counted_and_not_named_in_the_log(start, feeder, tmp_path):
    gateway = start(adapters=guarded(tmp_path))
    for number, line in enumerate(
        [{"auth": "wrong-secret-0123456789"}, {"hello": True}, {"topic": "quotes/A", "data": 1, "id": 1}], 1
    ):
        stranger = feeder(gateway.feed_port, greeting=line)
        stranger.send(*[{"auth": SECRET}] * 1000)  # too late
        answer = stranger.answer()
        assert (answer["error"]["code"], answer["line"]) == ("bad_token", 1)
        assert stranger.answer() is None
        wait_until(lambda n=number: events(gateway, "auth_failures") == n, "it is counted")
    assert gateway.metric('weir_adapter_published_entries_total{adapter="feed"}') == 0
    assert "is refused" in gateway.log()
    assert "wrong-secret" not in gateway.log() and SECRET not in gateway.log()


def test_a_secret_opens_the_feed_for_its_topics(start, connect, feeder, tmp_path):
    gateway = start(adapters=guarded(tmp_path))
    client = connect(gateway)
    client.subscribe("#", delivery="all")
    peer = feeder(gateway.feed_port, greeting={"auth": SECRET})
    assert peer.answer()["hello"] == {"window": 16384, "line_bytes": 1024 * 1024, "heartbeat_ms": 15000}
    peer.send({"topic": "quotes/A", "data": 1, "id": 1}, {"topic": "chat/a", "data": 2, "id": 2})
    answers = [peer.answer(), peer.answer()]
    assert {"ack": 1} in answers
    nack = next(answer for answer in answers if "nack" in answer)
    assert (nack["nack"], nack["error"]["code"]) == (2, "forbidden")
    other = feeder(gateway.feed_port, greeting={"auth": OTHER_SECRET, "hello": "other"})
    assert "hello" in other.answer()
    other.send({"topic": "chat/a", "data": 3, "id": 1})
    assert other.answer() == {"ack": 1}
    seen = client.until(lambda message: message.get("d") == 3)
    assert [message["d"] for message in seen if "d" in message] == [1, 3]


def test_who_says_nothing_is_closed_in_time_and_holds_no_place_as_a_feeder(start, feeder, authority, tmp_path):
    gateway = start(adapters=guarded(tmp_path, "handshake_ms = 300", "require_feeder = true"))
    assert status_of(gateway)["state"] == "down"
    silent = feeder(gateway.feed_port)
    assert silent.answer() is None
    wait_until(lambda: events(gateway, "handshake_failures") == 1, "it is counted")
    assert status_of(gateway)["state"] == "down"  # it never was a feeder
    peer = feeder(gateway.feed_port, greeting={"auth": SECRET})
    assert "hello" in peer.answer()
    wait_until(lambda: status_of(gateway)["state"] == "up", "it is a feeder")


def test_a_silent_feeder_is_found_and_one_that_sends_blank_lines_stays(start, feeder):
    gateway = start(adapters=feed("heartbeat_ms = 250"))
    alive = feeder(gateway.feed_port, greeting={"hello": True})
    dead = feeder(gateway.feed_port, greeting={"hello": True})
    assert alive.answer()["hello"]["heartbeat_ms"] == 250
    deadline = time.monotonic() + PATIENCE_S
    beats = 0
    while events(gateway, "silent_feeders") == 0 or beats < 4:
        assert alive.answer() == {"heartbeat": True}
        alive.socket.sendall(b"\n")
        beats += 1
        assert time.monotonic() < deadline
    while (answer := dead.answer()) is not None:
        assert "hello" in answer or answer == {"heartbeat": True}
    alive.send({"topic": "a", "data": 1, "id": 1})
    while (answer := alive.answer()) == {"heartbeat": True}:
        pass
    assert answer == {"ack": 1}
    assert events(gateway, "silent_feeders") == 1


def test_a_feeder_that_comes_again_takes_over(start, feeder):
    gateway = start(adapters=feed("require_feeder = true"))
    first = feeder(gateway.feed_port, greeting={"hello": "quotes-1"})
    other = feeder(gateway.feed_port, greeting={"hello": "quotes-2"})
    assert "hello" in first.answer() and "hello" in other.answer()
    second = feeder(gateway.feed_port, greeting={"hello": "quotes-1"})
    assert "hello" in second.answer()
    assert first.answer() is None
    for peer in (second, other):
        peer.send({"topic": "a", "data": 1, "id": 1})
        assert peer.answer() == {"ack": 1}
    wait_until(lambda: "2 feeders" in status_of(gateway)["reason"], "the older connection is gone")
    assert events(gateway, "takeovers") == 1


def test_the_feed_listens_on_ipv6(start, feeder):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    gateway = start(adapters=feed().replace("127.0.0.1", "[::1]"))
    assert gateway.address("adapter:feed").startswith("tcp://[::1]:")
    peer = feeder(gateway.feed_port, host="::1", greeting={"topic": "a", "data": 1, "id": 1})
    assert peer.answer() == {"ack": 1}


DIALLING = '[[adapter]]\ntype = "tcp"\nname = "dialled"\nreconnect_max_ms = 100\n'


class Source:
    """A server with TLS that the gateway dials."""

    def __init__(self, certificate, client_ca=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        if client_ca:
            self.context.load_verify_locations(client_ca)
            self.context.verify_mode = ssl.CERT_REQUIRED
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(PATIENCE_S)
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()

    def accept(self):
        connection, _ = self.server.accept()
        connection.settimeout(PATIENCE_S)
        return self.context.wrap_socket(connection, server_side=True)


def test_it_dials_with_tls_and_shows_its_own_certificate(start, authority):
    certificate, key = authority.issue("dialler")
    with Source(authority.issue("source"), client_ca=authority.ca) as source:
        gateway = start(
            adapters=DIALLING + f'dial = "{source.address}"\n'
            f'tls = {{ ca = "{authority.ca}", certificate = "{certificate}", key = "{key}" }}\n'
        )
        with source.accept() as connection:
            assert dict(pair[0] for pair in connection.getpeercert()["subject"])["commonName"] == "dialler"
            connection.sendall(b'{"topic":"a","data":1,"id":7}\n')
            assert connection.makefile("rb").readline() == b'{"ack":7}\n'
            assert status_of(gateway, "dialled")["reason"] == f"connected to tls://{source.address}"


def test_it_does_not_believe_a_source_with_the_wrong_name_or_root(start, authority, tmp_path):
    stranger = Authority(tmp_path, "stranger")
    for certificate, options, reason in [
        (authority.issue("elsewhere", "DNS:elsewhere.test"), "", "IP address mismatch"),
        (stranger.issue("source"), "", "unable to get local issuer certificate"),
        (authority.issue("source"), ', server_name = "feed.test"', "hostname mismatch"),
    ]:
        with Source(certificate) as source:
            gateway = start(adapters=DIALLING + f'dial = "{source.address}"\ntls = {{ ca = "{authority.ca}"{options} }}\n')
            with pytest.raises((ssl.SSLError, ConnectionError)), source.accept() as connection:
                connection.sendall(b'{"topic":"a","data":1}\n')
                raise ConnectionError(connection.recv(1))
            wait_until(lambda g=gateway, r=reason: r in status_of(g, "dialled")["reason"], reason)
            assert status_of(gateway, "dialled")["state"] == "reconnecting"
            assert gateway.metric('weir_adapter_published_entries_total{adapter="dialled"}') == 0


def test_weir_check_says_what_is_wrong_with_a_file(tmp_path, authority):
    certificate, key = authority.issue("checked")
    _, other_key = authority.issue("another")
    expired, expired_key = authority.issue("expired", days=-1)
    for tls, told in [
        (f'certificate = "/none.pem", key = "{key}"', "'/none.pem', which cannot be read: No such file or directory"),
        (f'certificate = "{certificate}", key = "{other_key}"', "is not the key of the certificate in"),
        (f'certificate = "{expired}", key = "{expired_key}"', "which has expired: "),
        (f'certificate = "{certificate}"', "'tls.key' is needed"),
    ]:
        config = tmp_path / "weir.toml"
        config.write_text(FEED + f"tls = {{ {tls} }}\n")
        checked = run("check", "-c", str(config))
        assert checked.returncode != 0
        assert told in checked.stdout + checked.stderr, (told, checked)
    config.write_text(FEED + f'tls = {{ certificate = "{certificate}", key = "{key}" }}\n')
    assert run("check", "-c", str(config)).returncode == 0
