"""TLS on the client port and on the admin port, with certificates made for the test and Python's own TLS."""
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import pytest

from bad_network import THROUGH
from certificates import Authority
from weir_process import IS_SANITIZED, PATIENCE_S, WEIR, run, wait_until


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "authority")


def tls_lines(authority, name="gateway", client_ca=None):
    certificate, key = authority.issue(name, "IP:127.0.0.1")
    ca = f', client_ca = "{client_ca.ca}"' if client_ca else ""
    return f'tls = {{ certificate = "{certificate}", key = "{key}"{ca} }}\n'


def trusting(authority, certificate=None, **options):
    context = ssl.create_default_context(cafile=authority.ca)
    if certificate:
        context.load_cert_chain(*certificate)
    for name, value in options.items():
        setattr(context, name, value)
    return context


def shake_hands(gateway, context):
    """A TLS connection to the client port, and nothing more."""
    parts = urllib.parse.urlsplit(gateway.url)
    plain = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)
    return context.wrap_socket(plain, server_hostname=parts.hostname)


@pytest.mark.parametrize("shards", [1, 2])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_everything_that_goes_over_plain_goes_over_tls(start, connect, feed_of, authority, shards, version):
    gateway = start(shards=shards, listen=tls_lines(authority))
    assert gateway.url.startswith("wss://")
    context = trusting(authority, minimum_version=version, maximum_version=version)
    client = connect(gateway, tls=context)
    assert client.socket.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]
    client.subscribe("quotes/#", delivery="all")
    feed = feed_of(gateway)
    texts = [str(number) * (1 + number * 37 % 9000) for number in range(0, 300, 20 if THROUGH else 1)]
    for text in texts:
        feed.publish("quotes/A", text)
    got = []
    while len(got) < len(texts):
        message = client.until(lambda m: "d" in m or m.get("op") == "gap")[-1]
        assert message.get("op") != "gap" or message["cause"] == "overflow", message
        got.append(message["d"] if "d" in message else None)
        if got[-1] == texts[-1]:
            break
    assert got[-1] == texts[-1]
    chat = client.request("publish", topic="chat/lobby", data="x" * 60000)
    assert chat["ok"], chat


def test_a_slow_reader_over_tls_gets_what_is_new_and_nothing_torn(start, connect, feed_of, authority):
    gateway = start(listen=tls_lines(authority))
    client = connect(gateway, tls=trusting(authority), receive_buffer=8192)
    client.subscribe("quotes/#")
    feed = feed_of(gateway)
    count = 300 if THROUGH else 3000
    for number in range(count):
        feed.publish(f"quotes/{number % 7}", [number, "." * 3000])
    feed.publish("quotes/end", "end")
    wait_until(lambda: gateway.metric("weir_net_blocked_writes_total") > 0, "the socket is full")
    newest = {}
    topics = {}
    while "quotes/end" not in newest:
        message = client.next()
        if message.get("op") == "topic":
            topics[message["t"]] = message["topic"]
        elif "d" in message:
            newest[topics[message["t"]]] = message["d"]
    time_limit = time.monotonic() + PATIENCE_S
    while sorted(value[0] for name, value in newest.items() if name != "quotes/end") != list(range(count - 7, count)):
        assert time.monotonic() < time_limit, newest
        message = client.next()
        if "d" in message:
            newest[topics[message["t"]]] = message["d"]


@pytest.mark.parametrize("what", ["old versions", "weak suites", "another protocol", "rubbish", "silence"])
def test_who_does_not_speak_our_tls_is_refused(start, authority, what):
    gateway = start(listen=tls_lines(authority), limits="handshake_ms = 500")
    context = trusting(authority)
    if what == "old versions":
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    elif what == "weak suites":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA")
    elif what == "another protocol":
        context.set_alpn_protocols(["h2"])
    if what in ("rubbish", "silence"):
        parts = urllib.parse.urlsplit(gateway.url)
        with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" if what == "rubbish" else b"\x16")
            while plain.recv(4096):
                pass
    else:
        with pytest.raises(OSError):
            shake_hands(gateway, context)
    reason = "handshake_ms" if what == "silence" else "tls"
    wait_until(lambda: gateway.metric(f'weir_net_refusals_total{{reason="{reason}"}}') == 1, "counted")
    shake_hands(gateway, trusting(authority)).close()


def test_the_command_line_over_tls(start, authority, tmp_path):
    gateway = start(listen=tls_lines(authority))
    feed = ("sub", gateway.url, "chat/#", "--ca", authority.ca, "--count", "1", "--for", str(PATIENCE_S))
    with subprocess.Popen([WEIR, *feed], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sub:
        wait_until(lambda: gateway.metric("weir_session_subscriptions") == 1, "it is subscribed")
        published = run("pub", gateway.url, "chat/lobby", '"hello"', "--ca", authority.ca)
        assert published.returncode == 0, published.stderr
        out, err = sub.communicate(timeout=PATIENCE_S)
    assert (sub.returncode, out) == (0, 'chat/lobby "hello"\n'), err
    stranger = Authority(tmp_path, "stranger").ca
    for words in (("--ca", stranger), ()):
        refused = run("pub", gateway.url, "chat/lobby", "1", *words)
        assert refused.returncode != 0 and "is not accepted" in refused.stderr, refused.stderr
    other_name = gateway.url.replace("127.0.0.1", "localhost")
    refused = run("pub", other_name, "chat/lobby", "1", "--ca", authority.ca)
    assert refused.returncode != 0 and "is not accepted" in refused.stderr, refused.stderr


def test_alpn(start, authority):
    gateway = start(listen=tls_lines(authority))
    context = trusting(authority)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with shake_hands(gateway, context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"


def test_a_client_certificate_says_who_it_is(start, connect, authority, tmp_path):
    clients = Authority(tmp_path, "clients")
    rights = '[auth]\nanonymous = false\n[[rights]]\nidentity = "sub=alice"\nsubscribe = ["orders/#"]\n'
    gateway = start(listen=tls_lines(authority, client_ca=clients), more=rights)
    alice = connect(gateway, tls=trusting(authority, clients.issue("alice", "DNS:alice")))
    assert alice.request("subscribe", filter="orders/#")["ok"]
    assert alice.request("subscribe", filter="quotes/#")["error"]["code"] == "forbidden"
    bob = connect(gateway, tls=trusting(authority, clients.issue("bob", "DNS:bob")))
    assert bob.request("subscribe", filter="orders/#")["error"]["code"] == "forbidden"
    for stranger in (None, Authority(tmp_path, "others").issue("alice", "DNS:alice")):
        with pytest.raises((OSError, AssertionError)):
            connect(gateway, tls=trusting(authority, stranger))
    assert gateway.ask("POST", "admin/revoke", {"subject": "alice"})[0] == 200
    while alice.closed is None:
        alice.read()
    assert alice.closed[0] == 4501
    again = connect(gateway, tls=trusting(authority, clients.issue("alice", "DNS:alice")))
    while again.closed is None:
        again.read()
    assert again.closed[0] == 4501


def test_certificates_are_replaced_and_nobody_is_sent_away(start, connect, feed_of, authority, tmp_path):
    gateway = start(shards=2, listen=tls_lines(authority, "first"))
    stay = [connect(gateway, tls=trusting(authority)) for _ in range(6)]
    for client in stay:
        client.subscribe("quotes/#")
    second = Authority(tmp_path, "second")
    text = gateway.config.read_text()
    for round_ in range(5):
        renewed = tls_lines(second, f"renewed{round_}")
        gateway.config.write_text(text.replace(next(line for line in text.splitlines(True) if line.startswith("tls")), renewed))
        text = gateway.config.read_text()
        before = gateway.log().count(" reloaded ")
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: gateway.log().count(" reloaded ") > before, "reloaded")
        for _ in range(6):
            connect(gateway, tls=trusting(second)).subscribe("quotes/#")
    with pytest.raises(ssl.SSLError):
        shake_hands(gateway, trusting(authority))
    feed_of(gateway).publish("quotes/A", 1)
    for client in stay:
        client.until(lambda message: message.get("d") == 1)


def test_a_certificate_that_does_not_fit_changes_nothing(start, connect, authority):
    gateway = start(listen=tls_lines(authority))
    key = authority.issue("another", "IP:127.0.0.1")[1]
    text = gateway.config.read_text()
    gateway.config.write_text(text.replace("gateway.key", "another.key"))
    assert key.endswith("another.key")
    gateway.signal(signal.SIGHUP)
    wait_until(lambda: " not_reloaded " in gateway.log(), "refused")
    assert "another.key: key values mismatch" in gateway.log()
    connect(gateway, tls=trusting(authority)).subscribe("quotes/#")


@pytest.mark.parametrize(("lines", "says"), [
    ('tls = { certificate = "none.pem", key = "none.key" }', "none.pem"),
    ('tls = { certificate = "a.pem" }', "listen.tls: has no key"),
    ('tls = { certificate = "a.pem", key = "a.key", ca = "b.pem" }', "not a known key"),
    ("tls = true", "listen.tls: is true"),
])
def test_weir_check_says_what_is_wrong_with_tls(tmp_path, lines, says):
    config = tmp_path / "weir.toml"
    config.write_text(f"[listen]\nport = 0\n{lines}\n")
    checked = run("check", "-c", str(config))
    assert checked.returncode == 1 and says in checked.stderr, checked.stderr
    assert "weir.toml:" in checked.stderr


def test_the_admin_port(start, authority):
    certificate, key = authority.issue("admin", "IP:127.0.0.1")
    gateway = start(admin=f'tls = {{ certificate = "{certificate}", key = "{key}" }}')
    assert gateway.address("admin").startswith("https://")
    with urllib.request.urlopen(gateway.address("admin") + "livez", context=trusting(authority), timeout=PATIENCE_S) as answer:
        assert answer.status == 200


def test_many_at_once_and_no_memory_is_left_behind(start, authority):
    gateway = start(listen=tls_lines(authority))
    context = trusting(authority)

    def rounds():
        for _ in range(25):
            shake_hands(gateway, context).close()

    def all_at_once():
        threads = [threading.Thread(target=rounds) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: gateway.metric('weir_net_connections{protocol="http"}') <= 1, "all are gone")
        return gateway.private_kib()

    all_at_once()
    before = all_at_once()
    after = [all_at_once() for _ in range(4)][-1]
    assert IS_SANITIZED or after < before + 1024, (before, after)  # sanitizers keep what was freed
