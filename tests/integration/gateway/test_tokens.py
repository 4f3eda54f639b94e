"""Tokens: who a client is decides what it may do, on every path and until the token ends."""
import base64
import hashlib
import hmac
import json
import time

import pytest

from weir_process import run, wait_until

SECRET = b"a secret of thirty-two bytes....."
CONFIG = """
[auth]
anonymous = {anonymous}
leeway_ms = 0
cookie = "weir_token"
[[key]]
algorithm = "HS256"
file = "{folder}/secret"
[[rights]]
identity = "groups=traders"
subscribe = ["orders/#"]
publish = ["orders/requests"]
"""


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(secret=SECRET, lasts_s=60, header=None, **claims):
    parts = [{"alg": "HS256", **(header or {})}, {"sub": "alice", "exp": time.time() + lasts_s, **claims}]
    text = ".".join(encode(json.dumps(part).encode()) for part in parts)
    return text + "." + encode(hmac.digest(secret, text.encode(), hashlib.sha256))


@pytest.fixture
def gateway(start, tmp_path):
    def start_one(anonymous=False, **options):
        (tmp_path / "secret").write_bytes(SECRET)
        return start(more=CONFIG.format(anonymous=str(anonymous).lower(), folder=tmp_path), **options)

    return start_one


def code_of(client):
    while client.next() is not None:
        pass
    return client.closed[0]


@pytest.mark.parametrize("shards", [1, 2])
def test_a_token_opens_what_its_claims_open(gateway, connect, feed_of, shards):
    one = gateway(shards=shards)
    feed_of(one).publish("orders/1", {"price": 1})
    feed_of(one).publish("quotes/1", {"price": 2})
    trader = connect(one)
    assert trader.request("connect", token=token(groups=["readers", "traders"]))["ok"]
    assert trader.request("subscribe", filter="quotes/#")["error"]["code"] == "forbidden"
    assert trader.request("subscribe", filter="#")["ok"]
    assert trader.request("publish", topic="orders/requests", data=1)["ok"]
    assert trader.request("publish", topic="orders/2", data=1)["error"]["code"] == "forbidden"
    topics = {message["topic"] for message in trader.until(lambda m: m.get("op") == "ready") if message.get("op") == "topic"}
    assert "orders/1" in topics and all(topic.startswith("orders/") for topic in topics)


@pytest.mark.parametrize(("bad", "code", "close"), [
    (lambda: "rubbish", "bad_token", 4501),
    (lambda: token(secret=b"another secret of thirty-two bytes"), "bad_token", 4501),
    (lambda: token(lasts_s=-10), "token_expired", 4007),
    (lambda: token(header={"alg": "none"}), "bad_token", 4501),
])
def test_a_bad_token_is_refused_and_counted(gateway, connect, bad, code, close):
    one = gateway(anonymous=True)
    client = connect(one)
    assert client.request("connect", token=bad())["error"]["code"] == code
    assert code_of(client) == close
    refused = sum(one.metric(f'weir_auth_refused_tokens_total{{reason="{reason}"}}')
                  for reason in ["malformed", "signature", "expired", "algorithm"])
    assert refused == 1


def test_nobody_gets_in_without_a_token_where_one_is_needed(gateway, connect):
    one = gateway()
    asks = connect(one)
    assert asks.request("connect")["error"]["code"] == "bad_token"
    assert code_of(asks) == 4501
    subscribes = connect(one)
    subscribes.tell(op="subscribe", id=1, filter="#")
    assert code_of(subscribes) == 4501


def test_a_token_comes_with_the_handshake(gateway, connect):
    one = gateway()
    offered = connect(one, subprotocols=f"weir.v1.json, weir.token.{token(groups='traders')}")
    assert offered.request("subscribe", filter="orders/#")["ok"]
    cookie = connect(one, headers=f"Cookie: a=b; weir_token={token(groups='traders')}\r\n")
    assert cookie.request("subscribe", filter="orders/#")["ok"]
    for bad in [{"subprotocols": "weir.v1.json, weir.token.rubbish"}, {"headers": "Cookie: weir_token=rubbish\r\n"}]:
        assert code_of(connect(one, **bad)) == 4501


def test_a_session_ends_with_its_token_unless_it_is_renewed(gateway, connect):
    one = gateway()
    ends, renews, changes = connect(one), connect(one), connect(one)
    for client in [ends, renews, changes]:
        assert client.request("connect", token=token(lasts_s=2, groups="traders"))["ok"]
        assert client.request("subscribe", filter="orders/#")["ok"]
    assert renews.request("token", token=token(lasts_s=60, groups="traders"))["ok"]
    assert code_of(ends) == 4007
    assert renews.request("ping")["ok"]
    assert renews.request("token", token=token(sub="bob", groups="traders"))["error"]["code"] == "forbidden"
    assert code_of(renews) == 4503
    narrower = connect(one)
    assert narrower.request("connect", token=token(groups="traders"))["ok"]
    assert narrower.request("subscribe", filter="orders/#")["ok"]
    assert narrower.request("token", token=token())["error"]["code"] == "forbidden"
    assert code_of(narrower) == 4503


@pytest.mark.parametrize("shards", [1, 2])
def test_a_withdrawn_subject_is_gone_at_once_and_needs_a_newer_token(gateway, connect, feed_of, shards):
    one = gateway(shards=shards)
    old = token(groups="traders", iat=time.time() - 5)
    clients = [connect(one) for _ in range(4)]
    for client in clients:
        assert client.request("connect", token=old)["ok"]
        client.subscribe("orders/#", delivery="all")
    other = connect(one)
    assert other.request("connect", token=token(sub="bob", groups="traders"))["ok"]
    status, answer = one.ask("POST", "admin/revoke", {"subject": "alice"})
    assert (status, json.loads(answer)) == (200, {"subject": "alice", "sessions": 4})
    feed_of(one).publish("orders/1", 1)
    for client in clients:
        seen = []
        while (message := client.next()) is not None:
            seen.append(message)
        assert client.closed[0] == 4501
        assert not [message for message in seen if "d" in message]
    assert other.request("ping")["ok"]
    again = connect(one)
    assert again.request("connect", token=old)["error"]["code"] == "bad_token"
    newer = connect(one)
    assert newer.request("connect", token=token(groups="traders", iat=time.time() + 5))["ok"]
    assert one.ask("POST", "admin/revoke", {"subject": ""})[0] == 400


def test_the_command_line_takes_a_token_and_check_finds_a_bad_key(gateway, tmp_path):
    one = gateway()
    done = run("pub", one.url, "orders/requests", "1", "--token", token(groups="traders"))
    assert done.returncode == 0, done.stderr
    refused = run("pub", one.url, "orders/requests", "1")
    assert refused.returncode != 0
    assert "token" in refused.stderr
    (tmp_path / "secret").write_bytes(b"short")
    checked = run("check", "-c", str(one.config))
    assert checked.returncode == 1
    assert "secret: the secret has 5 bytes, and HS256 needs 32 or more" in checked.stderr


def test_no_token_is_ever_logged_or_told(gateway, connect):
    one = gateway()
    shown = token(groups="traders", canary="kanarienvogel")
    client = connect(one)
    assert client.request("connect", token=shown)["ok"]
    bad = connect(one)
    bad.request("connect", token=shown + "x")
    code_of(bad)
    outputs = [one.log(), one.output.read_text()] + [one.get(path) for path in ["metrics", "admin/sessions", "admin/topics"]]
    for text in outputs:
        text = text if isinstance(text, str) else str(text)
        for secret in [shown, shown.split(".")[1], shown.split(".")[2], "kanarienvogel", SECRET.decode()]:
            assert secret not in text


@pytest.mark.parametrize("shards", [1, 2])
def test_an_identity_has_so_many_sessions_on_all_shards_together(gateway, connect, events_of, shards):
    one = gateway(shards=shards, limits="sessions_per_identity = 4")
    good = token(groups="traders")
    clients = [connect(one) for _ in range(4)]
    for client in clients:
        assert client.request("connect", token=good)["ok"]

    refused = connect(one)
    assert refused.request("connect", token=good)["error"]["code"] == "overloaded"
    assert refused.next() == {"op": "goodbye", "code": 4504, "reason": "too_many_sessions"}
    assert code_of(refused) == 4504
    offers = connect(one, subprotocols=f"weir.v1.json, weir.token.{good}")
    assert code_of(offers) == 4504
    stream = events_of(one, "orders/1", headers={"Authorization": f"Bearer {good}"})
    assert stream.status == 503
    assert connect(one).request("connect", token=token(sub="bob"))["ok"]
    assert one.metric('weir_session_exceeded_limits_total{limit="sessions_per_identity"}') == 3

    clients.pop().end()
    wait_until(lambda: connect(one).request("connect", token=good)["ok"], "the place of the one that has left")
    assert connect(one).request("connect", token=good)["error"]["code"] == "overloaded"


def test_anonymous_clients_are_no_identity(gateway, connect):
    one = gateway(anonymous=True, limits="sessions_per_identity = 1")
    assert all(connect(one).request("connect")["ok"] for _ in range(3))
    nameless = [token(sub=""), token(sub="")]
    assert all(connect(one).request("connect", token=each)["ok"] for each in nameless)
