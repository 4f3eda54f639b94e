"""From a real redis-server to whoever subscribes, and back; while it is killed, stopped and started again."""
import json
import os
import signal
import threading
import time

import pytest
import redis

from brokers import killed_and_told, RedisServer, stopped_and_told, STREAMS, until_rows
from market import adapter, causes_of, counter, data_of, poisoned, wait_away, wait_up
from weir_process import wait_until

# `tests/run long` does more of the same
ROUNDS = 20 if os.environ.get("WEIR_LONG", "") else 2


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.end()


@pytest.fixture
def peer(broker):
    client = broker.client()
    client.flushall()
    yield client
    client.close()


def test_channels_reach_subscribers_in_order_and_byte_for_byte(start, connect, broker, peer):
    gateway = start(more=STREAMS, adapters=adapter(broker, channels=["trades:*"]))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/#", delivery="all")
    for number in range(1000):
        peer.publish(f"trades:{number % 3}", json.dumps({"n": number, "bid": 1.10}))
    peer.publish("quotes:0", '"not subscribed to"')
    peer.publish("trades:end", '"end"')
    seen = client.until(lambda message: message.get("d") == "end")
    numbers = [data["n"] for data in data_of(seen) if data != "end"]
    by_topic = [[number for number in numbers if number % 3 == rest] for rest in range(3)]
    assert by_topic == [list(range(rest, 1000, 3)) for rest in range(3)]


def test_streams_reach_subscribers_in_order_from_their_oldest_entry(start, connect, broker, peer):
    for number in range(1000):
        peer.xadd("trades:A", {"data": number})
    gateway = start(
        more=STREAMS, adapters=adapter(broker, streams=["trades:A", "trades:B"], payload="data", **{"from": "oldest"})
    )
    client = connect(gateway)
    client.subscribe("trades/+", delivery="all", history=1000)
    client.until(lambda message: message.get("d") == 999)
    for number in range(1000, 2000):
        peer.xadd("trades:A", {"data": number})
    peer.xadd("trades:B", {"data": '"B"'})
    seen = client.until(lambda message: message.get("d") == 1999)
    assert [data for data in data_of(seen) if data != "B"] == list(range(1000, 2000))


def test_entries_of_a_stream_are_fields_and_may_be_rows(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(broker, streams=["orders"], body="fields", key="{field[id]}", operation="{field[op]}")
    )
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("orders")
    peer.xadd("orders", {"id": 1, "qty": 5})
    peer.xadd("orders", {"id": 2, "qty": 7})
    peer.xadd("orders", {"id": 2, "op": "delete"})
    until_rows(client, {"1": {"id": "1", "qty": "5"}})


def test_a_bad_message_is_counted_and_the_others_go_on(start, connect, broker, peer):
    gateway = start(adapters=adapter(broker, channels=["*"], topic="{channel[0]}/{channel[1]}"))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("a/b", delivery="all")
    bad = [("a", "1"), ("a:+", "1"), ("a:b", "{"), ("a:b", '"' + "x" * 300_000 + '"'), ("a:b", "")]
    for channel, body in [*bad, ("a:b", '"good"')]:
        peer.publish(channel, body)
    seen = client.until(lambda message: message.get("d") == "good")
    assert data_of(seen) == ["good"]
    assert poisoned(gateway) == len(bad)
    assert "channel a" in gateway.log() and "no valid JSON" in gateway.log() and "entry_bytes" in gateway.log()


def test_what_clients_publish_is_confirmed_unknown_or_refused(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(
            broker, upstream=True, topics=["chat/#"], publish_stream="{topic[0:]}", publish_maxlen=1000
        )
    )
    wait_up(gateway)
    client = connect(gateway)
    for number in range(20):
        reply = client.request("publish", topic="chat/lobby", data={"n": number}, mid=f"c{number}")
        assert reply["ok"], reply
    entries = [fields for _, fields in peer.xrange("chat:lobby")]
    assert [json.loads(fields[b"data"])["n"] for fields in entries] == list(range(20))
    assert (entries[7][b"message_id"], entries[7][b"topic"]) == (b"c7", b"chat/lobby")
    peer.set("chat:wrong", "no stream")
    refused = client.request("publish", topic="chat/wrong", data=1)
    assert refused["error"]["code"] == "unavailable" and "WRONGTYPE" in refused["error"]["message"], refused
    stopped_and_told(gateway, client, broker)


def test_what_is_published_to_channels_while_redis_is_away_is_a_gap(start, connect, broker, peer):
    gateway = start(more=STREAMS, adapters=adapter(broker, channels=["trades:*"]))
    wait_up(gateway)
    client = connect(gateway)
    client.subscribe("trades/A", delivery="all")
    killed_and_told(gateway, client, broker, lambda body: broker.client().publish("trades:A", body))


class Publisher(threading.Thread):
    """Adds 1, 2, 3 ... each until it is confirmed, whatever happens to the server."""

    def __init__(self, broker):
        super().__init__()
        self.broker = broker
        self.sent, self.confirmed = 0, 0
        self.is_ending = False
        self.start()

    def run(self):
        client = self.broker.client()
        while not self.is_ending:
            number = self.confirmed + 1
            try:
                self.sent += 1
                client.xadd("trades:A", {"data": number})
                self.confirmed = number
            except redis.exceptions.RedisError:
                time.sleep(0.05)
        client.close()

    def wait_for(self, more):
        goal = self.confirmed + more
        wait_until(lambda: self.confirmed >= goal, f"{goal} are confirmed", seconds=90)

    def end(self):
        self.is_ending = True
        self.join()


def test_every_confirmed_entry_of_a_stream_arrives_while_redis_is_killed_and_stopped(start, connect, broker, peer):
    gateway = start(
        more=STREAMS, adapters=adapter(broker, streams=["trades:A"], payload="data")
    )
    wait_up(gateway)
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)  # it does not read for a while
    client.subscribe("trades/A", delivery="all")
    publisher = Publisher(broker)
    try:
        for _ in range(ROUNDS):
            publisher.wait_for(200)
            broker.kill()
            wait_away(gateway)
            broker.start()
            publisher.wait_for(200)
            wait_up(gateway)
            broker.signal(signal.SIGSTOP)
            wait_away(gateway)
            broker.signal(signal.SIGCONT)
            wait_up(gateway)
        publisher.wait_for(200)
    finally:
        broker.signal(signal.SIGCONT)
        publisher.end()
    last = publisher.confirmed
    seen = client.until(lambda message: message.get("d", 0) >= last)
    numbers = data_of(seen)
    # what was sent again because its confirmation was lost is another entry for Redis
    distinct = sorted(set(numbers))
    print(
        f"sent {publisher.sent}, confirmed {last}, delivered {len(numbers)}, twice in Redis {len(numbers) - len(distinct)},"
        f" lost {last - len(distinct)}, in gaps {len(causes_of(seen))}, connections {counter(gateway, 'connections'):.0f}"
    )
    assert distinct == list(range(1, last + 1))
    assert numbers == sorted(numbers)
    assert len(numbers) == broker.client().xlen("trades:A")
    assert causes_of(seen) == []
    assert counter(gateway, "connections") >= 1 + 2 * ROUNDS


def test_entries_that_were_trimmed_before_they_were_read_are_a_gap(start, connect, broker, peer):
    gateway = start(
        more=STREAMS, adapters=adapter(broker, streams=["trades:A"], payload="data")
    )
    wait_up(gateway)
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)
    client.subscribe("trades/A", delivery="all")
    peer.xadd("trades:A", {"data": 1})
    client.until(lambda message: message.get("d") == 1)
    gateway.signal(signal.SIGSTOP)
    for number in range(2, 12):
        peer.xadd("trades:A", {"data": number})
    peer.xtrim("trades:A", maxlen=3, approximate=False)
    gateway.signal(signal.SIGCONT)
    seen = client.until(lambda message: message.get("d") == 11)
    assert data_of(seen) == [9, 10, 11]
    assert causes_of(seen) == ["truncated"]
    peer.delete("trades:A")
    peer.xadd("trades:A", {"data": 12})
    seen = client.until(lambda message: message.get("d") == 12)
    assert causes_of(seen) == ["source"]


def test_only_what_is_wanted_is_subscribed_to(start, connect, broker, peer):
    gateway = start(
        adapters=adapter(broker, channels=["quotes:*"], topic="q/{channel[1]}", topics=["q/#"], on_demand=True)
    )
    wait_up(gateway)
    client = connect(gateway)
    assert peer.publish("quotes:A", '"nobody wants it"') == 0
    client.subscribe("q/A", delivery="all")
    wait_until(lambda: peer.pubsub_numsub("quotes:A")[0][1] == 1, "the channel is subscribed to")
    client.subscribe("q/+", delivery="all")
    wait_until(lambda: peer.pubsub_numpat() == 2, "the pattern is subscribed to, and that behind A")
    peer.publish("quotes:A", '"once"')
    peer.publish("quotes:B", '"end"')
    seen = client.until(lambda message: message.get("d") == "end")
    assert data_of(seen) == ["once", "end"]
    for filter_ in ("q/A", "q/+"):
        client.request("unsubscribe", filter=filter_)
    wait_until(lambda: counter(gateway, "unsubscribed") == 2, "the linger time is over")
    wait_until(lambda: peer.publish("quotes:A", '"nobody wants it"') == 0, "the broker is told")


def test_a_gateway_stops_while_its_broker_does_not_answer(start, broker):
    gateway = start(adapters=adapter(broker, channels=["*"], heartbeat_ms=60_000))
    wait_up(gateway)
    broker.signal(signal.SIGSTOP)
    try:
        assert gateway.stop() == 0
    finally:
        broker.signal(signal.SIGCONT)
