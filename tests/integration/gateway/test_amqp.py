"""From a real RabbitMQ to whoever subscribes, and back; what the configuration can say, one by one."""
import json
import signal

import pika
import pytest

from certificates import Authority
from market import adapter, counter, data_of, reason, state, wait_up, wanted
from weir_process import run, wait_until

STREAMS = """
[[topics]]
filter = "trades/#"
kind = "stream"
ring_entries = 10_000
"""


def test_a_topic_exchange_reaches_subscribers_in_order_and_byte_for_byte(start, connect, rabbit, channel):
    gateway = start(
        more=STREAMS,
        adapters=adapter(
            rabbit, exchange="orderly", exchange_type="topic", bindings=["trades.#"], topic="trades/{routing_key[1]}"
        ),
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/#", delivery="all")
    for number in range(1000):
        channel.basic_publish("orderly", f"trades.{number % 3}", json.dumps({"n": number, "bid": 1.10}).encode())
    channel.basic_publish("orderly", "quotes.0", b'"not bound"')
    channel.basic_publish("orderly", "trades.end", b'"end"')
    seen = client.until(lambda message: message.get("d") == "end")
    numbers = [data["n"] for data in data_of(seen) if data != "end"]
    by_topic = [[number for number in numbers if number % 3 == rest] for rest in range(3)]
    assert by_topic == [list(range(rest, 1000, 3)) for rest in range(3)]


def test_fields_keys_and_operations_make_a_table(start, connect, rabbit, channel):
    gateway = start(
        adapters=adapter(
            rabbit,
            exchange="orders",
            exchange_type="topic",
            topic="orders/{routing_key[1]}",
            body="fields",
            key="{header[id]}",
            operation="{header[op]}",
        )
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("orders/open")

    def put(row, body, **headers):
        properties = pika.BasicProperties(headers={"id": row, **headers})
        channel.basic_publish("orders", "orders.open", body, properties)

    put(1, b'{"qty":5}')
    put(2, b'{"qty":1.50}')
    put(1, b'{"qty":null,"side":"buy"}')
    put(2, b"", op="delete")
    rows = {}

    def is_done(message):
        for row in message.get("x", []) if message.get("x") is not True else []:
            rows.pop(row, None)
        for row, fields in (message.get("k") or message.get("d") or {}).items():
            kept = {**rows.get(row, {}), **fields}
            rows[row] = {name: value for name, value in kept.items() if value is not None}
        return rows == {"1": {"side": "buy"}}

    client.until(is_done)


def test_a_bad_message_is_counted_and_rejected_and_the_queue_goes_on(start, connect, rabbit, channel):
    channel.queue_declare("dead")
    channel.exchange_declare("dead", "fanout")
    channel.queue_bind("dead", "dead")
    channel.queue_declare("poisoned", durable=True, arguments={"x-dead-letter-exchange": "dead"})
    for key, body in (("a..b", b"1"), ("a.b", b"{"), ("a.b", b'"' + b"x" * 300_000 + b'"'), ("a.+", b"1"), ("a.b", b'"good"')):
        channel.queue_bind("poisoned", "amq.topic", key)
        channel.basic_publish("amq.topic", key, body, pika.BasicProperties(delivery_mode=2))
    gateway = start(adapters=adapter(rabbit, queue="poisoned", declare=False))
    client = connect(gateway)
    client.subscribe("a/b", delivery="all", history=10)
    client.until(lambda message: message.get("d") == "good")
    assert gateway.metric('weir_adapter_poison_messages_total{adapter="market"}') == 4
    wait_until(lambda: channel.queue_declare("dead", passive=True).method.message_count == 4, "all four are dead letters")
    assert channel.queue_declare("poisoned", passive=True).method.message_count == 0
    log = gateway.log()
    assert "routing key a..b" in log and "no valid JSON" in log and "entry_bytes" in log


def test_what_clients_publish_is_confirmed_refused_or_unknown(start, connect, rabbit, channel):
    queue = channel.queue_declare("", exclusive=True).method.queue
    gateway = start(
        adapters=adapter(rabbit, upstream=True, publish_exchange="amq.topic", topics=["chat/#"])
    )
    wait_up(gateway)
    client = connect(gateway)
    lost = client.request("publish", topic="chat/lobby", data=1)
    assert lost["error"]["code"] == "unavailable" and "NO_ROUTE" in lost["error"]["message"], lost
    channel.queue_bind(queue, "amq.topic", "chat.#")
    for number in range(20):
        reply = client.request("publish", topic="chat/lobby", data={"n": number}, mid=f"c{number}")
        assert reply["ok"], reply
    found = [channel.basic_get(queue, auto_ack=True) for _ in range(20)]
    assert [json.loads(body)["n"] for _, _, body in found] == list(range(20))
    method, properties, _ = found[7]
    assert (method.routing_key, properties.message_id, properties.delivery_mode) == ("chat.lobby", "c7", 2)
    assert properties.content_type == "application/json" and properties.headers["topic"] == "chat/lobby"

    rabbit.signal(signal.SIGSTOP)
    try:
        stopped = client.request("publish", topic="chat/lobby", data="?")
        assert stopped["error"]["code"] == "unknown", stopped
        wait_until(lambda: state(gateway) == "reconnecting", "the missing heartbeats are noticed")
        gone = client.request("publish", topic="chat/lobby", data="no")
        assert gone["error"]["code"] == "unavailable", gone
    finally:
        rabbit.signal(signal.SIGCONT)
    wait_up(gateway)
    assert client.request("publish", topic="chat/lobby", data="again")["ok"]


def test_an_own_queue_that_is_lost_with_its_connection_leaves_a_gap(start, connect, rabbit, channel):
    gateway = start(
        more=STREAMS,
        adapters=adapter(
            rabbit,
            brokers=["amqp://127.0.0.1:1", rabbit.url],  # nobody is at the first one
            exchange="passing",
            exchange_type="topic",
            bindings=["trades.#"],
        ),
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/A", delivery="all")
    channel.basic_publish("passing", "trades.A", b'"before"')
    client.until(lambda message: message.get("d") == "before")
    rabbit.signal(signal.SIGSTOP)
    wait_until(lambda: state(gateway) == "reconnecting", "the missing heartbeats are noticed")
    rabbit.signal(signal.SIGCONT)
    wait_up(gateway)
    channel.basic_publish("passing", "trades.A", b'"after"')
    seen = client.until(lambda message: message.get("d") == "after")
    assert [message["cause"] for message in seen if message.get("op") == "gap"] == ["source"]
    assert counter(gateway, "gaps") == 1


def test_a_gateway_stops_while_its_broker_does_not_answer(start, connect, rabbit, channel):
    gateway = start(adapters=adapter(rabbit, exchange="amq.topic", heartbeat_ms=60_000, upstream=True, topics=["chat/#"]))
    wait_up(gateway)
    rabbit.signal(signal.SIGSTOP)
    try:
        assert gateway.stop() == 0
    finally:
        rabbit.signal(signal.SIGCONT)


def is_routed(channel, exchange, key, body=b"1"):
    """Whether a queue is bound for that key; publishes to it."""
    try:
        channel.basic_publish(exchange, key, body, mandatory=True)
        return True
    except pika.exceptions.UnroutableError:
        return False


def test_a_headers_exchange_gives_what_its_arguments_match(start, connect, rabbit, channel):
    gateway = start(
        adapters=adapter(
            rabbit,
            exchange="by-headers",
            exchange_type="headers",
            bindings=[{"x-match": "all", "kind": "quote", "level": 2}, {"x-match": "any", "urgent": True, "source": "desk"}],
            topic="news/{header[symbol]}",
        )
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("news/#", delivery="all")
    for number, headers in enumerate(
        [
            {"kind": "quote", "level": 2},
            {"kind": "quote", "level": 1},
            {"kind": "quote"},
            {"urgent": True},
            {"urgent": False, "source": "desk"},
            {"urgent": False},
            {"kind": "quote", "level": 2, "urgent": True},  # by both bindings, and still once
        ]
    ):
        properties = pika.BasicProperties(headers={"symbol": "A", **headers})
        channel.basic_publish("by-headers", "", str(number).encode(), properties)
    assert data_of(client.until(lambda message: message.get("d") == 6)) == [0, 3, 4, 6]


def test_a_queue_is_declared_with_its_arguments(start, connect, rabbit, channel):
    short = {"x-max-length": 2, "x-overflow": "drop-head"}
    keys = {"queue": "short", "topic": "short/all", "arguments": short}
    gateway = start(adapters=adapter(rabbit, **keys) + adapter(rabbit, "sure", queue="sure", arguments={"x-queue-type": "quorum"}))
    wait_up(gateway)
    wait_up(gateway, "sure")
    assert gateway.stop() == 0
    for number in range(5):
        channel.basic_publish("", "short", str(number).encode())
    # only who says the same may declare them again
    channel.queue_declare("sure", durable=True, arguments={"x-queue-type": "quorum"})
    gateway = start(adapters=adapter(rabbit, **keys) + adapter(rabbit, "other", queue="short", arguments={"x-max-length": 3}))
    client = connect(gateway)
    client.subscribe("short/all", delivery="all", history=5)
    assert data_of(client.until(lambda message: message.get("d") == 4)) == [3, 4]
    why = wait_until(lambda: "PRECONDITION_FAILED" in reason(gateway, "other") and reason(gateway, "other"), "it is refused")
    assert "declaring the queue short" in why and "x-max-length" in why


def test_with_tls_the_broker_is_known_and_the_gateway_shows_its_certificate(start, connect, rabbit, channel, authority):
    certificate, key = authority.issue("weir", "DNS:weir.test")
    tls = {"ca": authority.ca, "certificate": certificate, "key": key}
    keys = {"exchange": "amq.topic", "bindings": ["safe.#"], "topics": ["safe/#"], "upstream": True}
    gateway = start(
        more='[[rights]]\nidentity = "anonymous"\npublish = ["safe/#"]\n',
        adapters=adapter(rabbit, brokers=[rabbit.tls_url()], tls=tls, **keys),
    )
    wait_up(gateway)
    assert reason(gateway) == f"connected to amqps://127.0.0.1:{rabbit.tls_port}/%2f"
    client = connect(gateway)
    client.subscribe("safe/#", delivery="all")
    large = "x" * 200_000  # of several frames and records
    for number in range(200):
        channel.basic_publish("amq.topic", "safe.A", str(number).encode())
    channel.basic_publish("amq.topic", "safe.A", json.dumps(large).encode())
    assert data_of(client.until(lambda message: message.get("d") == large)) == [*range(200), large]
    assert client.request("publish", topic="safe/B", data="up")["ok"]
    client.until(lambda message: message.get("d") == "up")
    rabbit.signal(signal.SIGSTOP)
    wait_until(lambda: state(gateway) == "reconnecting", "the missing heartbeats are noticed")
    rabbit.signal(signal.SIGCONT)
    wait_up(gateway)


def test_with_tls_a_broker_that_is_not_the_one_is_refused_with_the_reason(start, rabbit, authority, tmp_path):
    certificate, key = authority.issue("weir", "DNS:weir.test")
    ours = {"ca": authority.ca, "certificate": certificate, "key": key}
    stranger = Authority(tmp_path, "stranger")
    plain = f"amqps://guest:guest@127.0.0.1:{rabbit.port}"
    cases = {
        "named": ({**ours, "server_name": "broker.test"}, rabbit.tls_url(), None),
        "believed": ({"certificate": certificate, "key": key, "verify": False}, rabbit.tls_url("localhost"), None),
        "strange": ({**ours, "ca": stranger.ca}, rabbit.tls_url(), "its certificate is refused: self-signed certificate in certificate chain"),
        "unknown": ({"certificate": certificate, "key": key}, rabbit.tls_url(), "its certificate is refused: self-signed certificate in certificate chain"),
        "elsewhere": (ours, rabbit.tls_url("localhost"), "its certificate is refused: hostname mismatch"),
        "renamed": ({**ours, "server_name": "other.test"}, rabbit.tls_url(), "its certificate is refused: hostname mismatch"),
        "nobody": ({"ca": authority.ca}, rabbit.tls_url(), "certificate required"),
        "no-tls": (ours, plain, "wrong version number"),
        "gone": (ours, "amqps://127.0.0.1:1", "it cannot be reached"),
    }
    gateway = start(
        adapters="".join(
            adapter(rabbit, name, exchange="amq.fanout", brokers=[url], tls=tls) for name, (tls, url, _) in cases.items()
        )
    )
    for name, (_, _, expected) in cases.items():
        if expected is None:
            wait_up(gateway, name)
        else:
            wait_until(lambda: expected in reason(gateway, name), f"{name}: {expected}")  # pylint: disable=cell-var-from-loop
            assert state(gateway, name) == "reconnecting"


def test_what_is_wrong_with_tls_is_said_before_anything_begins(rabbit, authority, tmp_path):
    config = tmp_path / "weir.toml"
    certificate, _ = authority.issue("weir", "DNS:weir.test")
    tls = {"certificate": certificate, "key": authority.ca_key}
    config.write_text(adapter(rabbit, exchange="amq.fanout", brokers=[rabbit.tls_url()], tls=tls))
    checked = run("check", "-c", str(config))
    assert checked.returncode != 0
    assert "tls.key" in checked.stderr + checked.stdout and "is not the key" in checked.stderr + checked.stdout


def test_on_demand_only_what_is_wanted_is_bound(start, connect, rabbit, channel):
    gateway = start(
        more='[[topics]]\nfilter = "quotes/#"\nkind = "stream"\n',
        adapters=adapter(
            rabbit,
            exchange="demand",
            exchange_type="topic",
            bindings=["quotes.#"],
            topic="quotes/{routing_key[1]}",
            topics=["quotes/#"],
            on_demand=True,
        ),
    )
    wait_up(gateway)
    assert not is_routed(channel, "demand", "quotes.A")
    assert wanted(gateway) == {"filters": [], "total": 0}
    client = connect(gateway)
    client.subscribe("quotes/A", delivery="all")
    wait_until(lambda: is_routed(channel, "demand", "quotes.A", b'"first"'), "it is bound")
    first = client.until(lambda message: message.get("d") == "first")
    topic = next(message for message in first if message.get("op") == "topic")
    assert not is_routed(channel, "demand", "quotes.B")
    assert not is_routed(channel, "demand", "trades.A")
    assert wanted(gateway) == {"filters": ["quotes/A"], "total": 1}

    # a page that reloads
    client.end()
    client = connect(gateway)
    client.subscribe("quotes/A", delivery="all")
    channel.basic_publish("demand", "quotes.A", b'"second"', mandatory=True)
    second = client.until(lambda message: message.get("d") == "second")[-1]
    assert (counter(gateway, "subscribed"), counter(gateway, "unsubscribed")) == (1, 0)

    # what is bound comes back with the broker
    rabbit.signal(signal.SIGSTOP)
    wait_until(lambda: state(gateway) == "reconnecting", "the missing heartbeats are noticed")
    rabbit.signal(signal.SIGCONT)
    wait_up(gateway)
    wait_until(lambda: is_routed(channel, "demand", "quotes.A", b'"third"'), "it is bound again")
    third = client.until(lambda message: message.get("d") == "third")[-1]
    assert not is_routed(channel, "demand", "quotes.B")

    # and nothing is when all have gone for a while; who comes back learns that something is missing
    client.end()
    wait_until(lambda: not is_routed(channel, "demand", "quotes.A"), "it is bound no more")
    assert counter(gateway, "unsubscribed") == 1
    assert wanted(gateway)["total"] == 0
    client = connect(gateway)
    seen = {"quotes/A": {"epoch": topic["epoch"], "offset": third["o"]}}
    client.subscribe("quotes/A", delivery="all", **{"from": seen})
    wait_until(lambda: is_routed(channel, "demand", "quotes.A", b'"fourth"'), "it is bound a second time")
    fourth = client.until(lambda message: message.get("d") == "fourth")
    assert second["o"] < third["o"] < fourth[-1]["o"]
    assert [message["cause"] for message in fourth if message.get("op") == "gap"] == ["filtered"]
