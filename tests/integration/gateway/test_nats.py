"""From a real nats-server to whoever subscribes, and back; while it is killed, stopped and started again."""
import json
import signal

import pytest

from brokers import both_show_certificates, killed_and_told, NatsServer, stopped_and_told, STREAMS, until_rows
from certificates import Authority
from market import adapter, counter, data_of, poisoned, wait_up
from weir_process import wait_until


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    yield server
    server.end()


@pytest.fixture
def peer(broker):
    client = broker.client()
    yield client
    client.close()


def test_subjects_reach_subscribers_in_order_and_byte_for_byte(start, connect, broker, peer):
    gateway = start(more=STREAMS, adapters=adapter(broker, subjects=["trades.*"]))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/#", delivery="all")
    for number in range(1000):
        peer.publish(f"trades.{number % 3}", json.dumps({"n": number, "bid": 1.10}).encode())
    peer.publish("quotes.0", b'"not subscribed to"')
    peer.publish("trades.end", b'"end"')
    seen = client.until(lambda message: message.get("d") == "end")
    numbers = [data["n"] for data in data_of(seen) if data != "end"]
    by_topic = [[number for number in numbers if number % 3 == rest] for rest in range(3)]
    assert by_topic == [list(range(rest, 1000, 3)) for rest in range(3)]


def test_fields_keys_and_operations_make_a_table(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(broker, subjects=["orders.*"], body="fields", key="{header[id]}", operation="{header[op]}")
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("orders/open")
    peer.publish("orders.open", b'{"qty":5}', id=1)
    peer.publish("orders.open", b'{"qty":1.50}', id=2)
    peer.publish("orders.open", b'{"qty":null,"side":"buy"}', id=1)
    peer.publish("orders.open", b"", id=2, op="delete")
    until_rows(client, {"1": {"side": "buy"}})


def test_a_bad_message_is_counted_and_the_others_go_on(start, connect, broker, peer):
    gateway = start(adapters=adapter(broker, subjects=[">"], topic="{subject[0]}/{subject[1]}"))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("a/b", delivery="all")
    bad = [("a", b"1"), ("a.+", b"1"), ("a.b", b"{"), ("a.b", b'"' + b"x" * 300_000 + b'"'), ("a.b", b"")]
    for subject, body in [*bad, ("a.b", b'"good"')]:
        peer.publish(subject, body)
    seen = client.until(lambda message: message.get("d") == "good")
    assert data_of(seen) == ["good"]
    assert poisoned(gateway) == len(bad)
    assert "subject a" in gateway.log() and "no valid JSON" in gateway.log() and "entry_bytes" in gateway.log()


def test_what_clients_publish_is_confirmed_unknown_or_refused(start, connect, broker, peer):
    gateway = start(adapters=adapter(broker, upstream=True, topics=["chat/#"]))
    wait_up(gateway)
    client = connect(gateway)
    peer.subscribe("chat.>")
    for number in range(20):
        reply = client.request("publish", topic="chat/lobby", data={"n": number}, mid=f"c{number}")
        assert reply["ok"], reply
        subject, headers, body = peer.next()
        assert (subject, json.loads(body)["n"]) == ("chat.lobby", number)
        assert f"Nats-Msg-Id: c{number}" in headers and "topic: chat/lobby" in headers
    stopped_and_told(gateway, client, broker)


def test_what_is_lost_while_the_broker_is_away_is_a_gap(start, connect, broker):
    gateway = start(more=STREAMS, adapters=adapter(broker, subjects=["trades.>"]))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/A", delivery="all")

    def publish(body):
        peer = broker.client()
        peer.publish("trades.A", body)
        peer.flush()
        peer.close()

    killed_and_told(gateway, client, broker, publish)


def test_only_what_is_wanted_is_subscribed_to(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(broker, subjects=["quotes.*"], topic="q/{subject[1]}", topics=["q/#"], on_demand=True)
    )
    wait_up(gateway)
    peer.publish("quotes.A", b'"nobody wants it"')
    client = connect(gateway)

    def until_subscribed(count):
        wait_until(lambda: counter(gateway, "subscribed") == count, "the broker is subscribed to")

    def publish_until(name, data):
        """The subscription takes effect a moment after it was sent."""
        for number in range(1000):
            peer.publish(f"quotes.{name}", json.dumps([data, number]).encode())
            peer.flush()
            if counter(gateway, "messages") > 0:
                return

    client.subscribe("q/A", delivery="all")
    until_subscribed(1)
    publish_until("A", "one")
    client.until(lambda message: message.get("d", [""])[0] == "one")
    client.subscribe("q/+", delivery="all")
    until_subscribed(2)
    wait_until(lambda: _arrives(client, peer), "the pattern is subscribed to")
    peer.publish("quotes.A", b'["once",0]')
    peer.publish("quotes.B", b'["end",0]')
    seen = client.until(lambda message: message.get("d", [""])[0] == "end")
    assert [data for data in data_of(seen) if data[0] == "once"] == [["once", 0]]
    for filter_ in ("q/A", "q/+"):
        client.request("unsubscribe", filter=filter_)
    wait_until(lambda: counter(gateway, "unsubscribed") == 2, "the linger time is over")
    before = counter(gateway, "messages")
    peer.publish("quotes.A", b'"nobody wants it"')
    peer.flush()
    assert counter(gateway, "messages") == before


def _arrives(client, peer):
    peer.publish("quotes.C", b'["c",0]')
    client.request("ping")
    return any(message.get("d", [""])[0] == "c" for message in client.messages)


def test_with_tls_both_sides_show_a_certificate(start, tmp_path):
    authority = Authority(tmp_path)
    broker = NatsServer(tmp_path / "nats", authority)
    try:
        both_show_certificates(start, broker, authority, subjects=[">"])
    finally:
        broker.end()


def test_a_gateway_stops_while_its_broker_does_not_answer(start, broker):
    gateway = start(adapters=adapter(broker, subjects=[">"], heartbeat_ms=60_000))
    wait_up(gateway)
    broker.signal(signal.SIGSTOP)
    try:
        assert gateway.stop() == 0
    finally:
        broker.signal(signal.SIGCONT)
