"""From a real mosquitto to whoever subscribes, and back; while it is killed, stopped and started again."""
import json
import signal

import pytest

from brokers import both_show_certificates, killed_and_told, Mosquitto, stopped_and_told, STREAMS, until_rows
from certificates import Authority
from market import adapter, causes_of, counter, data_of, poisoned, wait_away, wait_up
from weir_process import run, wait_until


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    mosquitto = Mosquitto(tmp_path_factory.mktemp("mosquitto"))
    yield mosquitto
    mosquitto.end()


@pytest.fixture
def peer(broker):
    client = broker.client()
    yield client
    client.disconnect()
    client.loop_stop()


def test_filters_reach_subscribers_in_order_and_byte_for_byte(start, connect, broker, peer):
    gateway = start(more=STREAMS, adapters=adapter(broker, filters=["trades/+"]))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/#", delivery="all")
    for number in range(1000):
        peer.publish(f"trades/{number % 3}", json.dumps({"n": number, "bid": 1.10}), qos=1)
    broker.publish(peer, "quotes/0", b'"not subscribed to"')
    broker.publish(peer, "trades/end", b'"end"')
    seen = client.until(lambda message: message.get("d") == "end")
    numbers = [data["n"] for data in data_of(seen) if data != "end"]
    by_topic = [[number for number in numbers if number % 3 == rest] for rest in range(3)]
    assert by_topic == [list(range(rest, 1000, 3)) for rest in range(3)]


def test_fields_keys_and_operations_make_a_table(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(
            broker, filters=["orders/+"], body="fields", key="{property[id]}", operation="{property[op]}"
        )
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("orders/open")
    broker.publish(peer, "orders/open", b'{"qty":5}', id=1)
    broker.publish(peer, "orders/open", b'{"qty":1.50}', id=2)
    broker.publish(peer, "orders/open", b'{"qty":null,"side":"buy"}', id=1)
    broker.publish(peer, "orders/open", b"", id=2, op="delete")
    until_rows(client, {"1": {"side": "buy"}})


def test_a_bad_message_is_counted_and_the_others_go_on(start, connect, broker, peer):
    gateway = start(adapters=adapter(broker, filters=["#"], topic="{topic[0]}/{topic[1]}"))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("a/b", delivery="all")
    bad = [("a", b"1"), ("a/", b"1"), ("a/b", b"{"), ("a/b", b'"' + b"x" * 300_000 + b'"'), ("a/b", b"")]
    for topic, body in [*bad, ("a/b", b'"good"')]:
        broker.publish(peer, topic, body)
    seen = client.until(lambda message: message.get("d") == "good")
    assert data_of(seen) == ["good"]
    assert poisoned(gateway) == len(bad)
    assert "topic a" in gateway.log() and "no valid JSON" in gateway.log() and "entry_bytes" in gateway.log()


def test_what_clients_publish_is_confirmed_unknown_or_refused(start, connect, broker, peer):
    gateway = start(adapters=adapter(broker, upstream=True, topics=["chat/#"]))
    wait_up(gateway)
    client = connect(gateway)
    found = []
    peer.on_message = lambda _client, _context, message: found.append(message)
    broker.subscribe(peer, "chat/#")
    for number in range(20):
        reply = client.request("publish", topic="chat/lobby", data={"n": number}, mid=f"c{number}")
        assert reply["ok"], reply
    wait_until(lambda: len(found) == 20, "all were delivered")
    assert [json.loads(message.payload)["n"] for message in found] == list(range(20))
    properties = dict(found[7].properties.UserProperty)
    assert (properties["message_id"], properties["topic"], found[7].qos) == ("c7", "chat/lobby", 1)
    assert found[7].properties.ContentType == "application/json"
    stopped_and_told(gateway, client, broker)


def test_what_is_lost_while_the_broker_is_away_is_a_gap(start, connect, broker):
    gateway = start(more=STREAMS, adapters=adapter(broker, filters=["trades/#"]))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/A", delivery="all")

    def publish(body):
        peer = broker.client()
        broker.publish(peer, "trades/A", body)
        peer.disconnect()
        peer.loop_stop()

    killed_and_told(gateway, client, broker, publish)


def test_a_session_keeps_what_comes_while_the_gateway_is_away(start, connect, broker, peer):
    section = adapter(broker, filters=["trades/#"], qos=1, client_id="weir")
    gateway = start(more=STREAMS, adapters=section)
    wait_up(gateway)
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)  # it does not read for a while
    client.subscribe("trades/A", delivery="all")
    broker.publish(peer, "trades/A", b"1")
    client.until(lambda message: message.get("d") == 1)
    broker.signal(signal.SIGSTOP)
    wait_away(gateway)
    broker.signal(signal.SIGCONT)
    for number in range(2, 101):  # most of them before the adapter is back
        broker.publish(peer, "trades/A", str(number).encode(), message_id=number)
    wait_up(gateway)
    seen = client.until(lambda message: message.get("d") == 100)
    assert data_of(seen) == list(range(2, 101))
    assert causes_of(seen) == []


def test_only_what_is_wanted_is_subscribed_to(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(broker, filters=["quotes/+"], topic="q/{topic[1]}", topics=["q/#"], on_demand=True)
    )
    wait_up(gateway)
    for name in "AB":
        broker.publish(peer, f"quotes/{name}", f'"{name}"'.encode(), retain=True)
    client = connect(gateway)
    client.subscribe("q/A")
    client.until(lambda message: message.get("d") == "A")
    assert counter(gateway, "messages") == 1
    client.subscribe("q/+")
    client.until(lambda message: message.get("d") == "B")
    broker.publish(peer, "quotes/A", b'"A2"')
    seen = client.until(lambda message: message.get("d") == "A2")
    assert len([message for message in seen if message.get("d") == "A2"]) == 1
    for filter_ in ("q/A", "q/+"):
        client.request("unsubscribe", filter=filter_)
    wait_until(lambda: counter(gateway, "unsubscribed") == 2, "the linger time is over")
    before = counter(gateway, "messages")
    broker.publish(peer, "quotes/A", b'"nobody wants it"')
    client.subscribe("q/B", snapshot=False)
    broker.publish(peer, "quotes/B", b'"B2"', retain=True)  # it may be there before the subscription is
    client.until(lambda message: message.get("d") == "B2")
    assert counter(gateway, "messages") <= before + 2  # the one retained before, and that


def test_with_tls_both_sides_show_a_certificate(start, tmp_path):
    authority = Authority(tmp_path)
    broker = Mosquitto(tmp_path / "mosquitto", authority)
    try:
        both_show_certificates(start, broker, authority, filters=["#"])
    finally:
        broker.end()


def test_a_gateway_stops_while_its_broker_does_not_answer(start, broker):
    gateway = start(adapters=adapter(broker, filters=["#"], heartbeat_ms=60_000))
    wait_up(gateway)
    broker.signal(signal.SIGSTOP)
    try:
        assert gateway.stop() == 0
    finally:
        broker.signal(signal.SIGCONT)


def test_a_mapping_that_does_not_lead_back_is_a_mistake(tmp_path, broker):
    config = tmp_path / "weir.toml"
    config.write_text(adapter(broker, filters=["quotes/+"], topic="q-{topic[1]}", topics=["q/#"], on_demand=True))
    checked = run("check", "-c", str(config))
    assert checked.returncode == 1
    assert "key 'on_demand' needs a 'topic' that leads back" in checked.stdout + checked.stderr
