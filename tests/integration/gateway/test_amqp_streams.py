"""Streams of a real RabbitMQ: their offsets, what they keep beyond the ring, and what becomes of it in bad times."""
import json
import os

import pika
import pytest

from rabbit import Rabbit
from weir_process import wait_until

# `tests/run long` does more of the same
KILLS = 20 if os.environ.get("WEIR_LONG", "") else 2
RING = 50

CONFIG = f"""
[[topics]]
filter = "trades/#"
kind = "stream"
ring_entries = {RING}
"""


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory):
    broker = Rabbit(tmp_path_factory.mktemp("rabbit"))
    yield broker
    broker.end()


@pytest.fixture
def channel(rabbit):
    connection = rabbit.connect(heartbeat=0)
    channel = connection.channel()
    channel.confirm_delivery()
    yield channel
    try:
        connection.close()
    except pika.exceptions.AMQPError:
        pass  # the broker was killed


def declare(channel, name, key, **arguments):
    """A stream that gets what is published to amq.topic with such keys."""
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": "stream", **arguments})
    channel.queue_bind(name, "amq.topic", key)


def publish(channel, key, numbers, padding=0):
    for number in numbers:
        channel.basic_publish("amq.topic", key, json.dumps({"n": number, "pad": "x" * padding}).encode())


def start_gateway(start_weir, rabbit, stream, shards=1, **keys):
    keys = {
        "brokers": [rabbit.url],
        "stream": stream,
        "epoch": "e1",
        "topics": ["trades/#"],
        "topic": "trades/{routing_key[1]}",
        "heartbeat_ms": 1000,
        "connect_timeout_ms": 1000,
        "reconnect_max_ms": 500,
        **keys,
    }
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    gateway = start_weir(more=CONFIG, shards=shards, adapters=f'\n[[adapter]]\nname = "stream"\ntype = "amqp_stream"\n{lines}')
    wait_up(gateway)
    return gateway


def wait_up(gateway):
    wait_until(lambda: state(gateway) == "up", "the adapter is up", seconds=60)


def state(gateway):
    found = json.loads(gateway.get("/admin/adapters"))
    return next(each["state"] for each in found["adapters"] if each["adapter"] == "stream")


def counter(gateway, event):
    return gateway.metric(f'weir_adapter_events_total{{adapter="stream",event="{event}"}}')


def numbers_of(messages):
    return [message["d"]["n"] for message in messages if "d" in message]


def until_number(client, number):
    """All messages up to that one; each delivery must follow the one before it."""
    seen = client.until(lambda message: "d" in message and message["d"]["n"] == number)
    reached = None
    for message in seen:
        if message.get("op") == "topic":
            reached = message["o"]
        elif message.get("op") == "gap":
            reached = message["to"]
        elif "d" in message and reached is not None:
            assert message.get("p", message["o"] - 1) == reached, message
        if "d" in message:
            reached = message["o"]
    return seen


def gaps_of(messages):
    return [message for message in messages if message.get("op") == "gap"]


def test_a_late_subscriber_gets_everything_once_and_in_order_from_the_broker(start, connect, rabbit, channel):
    declare(channel, "late", "trades.#")
    publish(channel, "trades.A", range(2000))
    gateway = start_gateway(start, rabbit, "late", shards=2)
    publish(channel, "trades.A", range(2000, 2100))
    client = connect(gateway)
    client.subscribe("trades/A", **{"from": {}})
    seen = until_number(client, 2099)
    assert numbers_of(seen) == list(range(2100))
    assert not gaps_of(seen)
    offsets = [message["o"] for message in seen if "d" in message]
    assert offsets == list(range(1, 2101))  # those of the stream begin with 0

    other = connect(gateway)
    other.subscribe("trades/A", delivery="all", history=500)
    assert numbers_of(until_number(other, 2099)) == list(range(1600, 2100))
    publish(channel, "trades.A", [2100])
    for each in (client, other):
        assert numbers_of(until_number(each, 2100)) == [2100]
    assert gateway.metric("weir_replay_failures_total") == 0
    assert gateway.metric("weir_replay_entries_total") >= 2000


def test_many_who_come_back_at_once_wait_for_their_turn(start, connect, rabbit, channel):
    declare(channel, "many", "trades.M")
    publish(channel, "trades.M", range(1000))
    gateway = start_gateway(start, rabbit, "many", shards=2)
    clients = [connect(gateway) for _ in range(25)]
    for client in clients:
        client.subscribe("trades/M", **{"from": {}})
    for client in clients:
        seen = until_number(client, 999)
        assert numbers_of(seen) == list(range(1000))
        assert not gaps_of(seen)
    wait_until(lambda: gateway.metric("weir_replay_open") == 0, "no replay is left")
    assert gateway.metric("weir_replay_started_total") >= 25


def test_another_gateway_has_the_same_positions(start, connect, rabbit, channel):
    declare(channel, "shared", "trades.S")
    first = start_gateway(start, rabbit, "shared", start="first")
    client = connect(first)
    client.subscribe("trades/S")
    publish(channel, "trades.S", range(300))
    seen = until_number(client, 299)
    place = next(message for message in seen if message.get("op") == "topic")
    position = {"epoch": place["epoch"], "offset": seen[-1]["o"]}
    assert position == {"epoch": "e1", "offset": 300}

    publish(channel, "trades.S", range(300, 500))
    second = start_gateway(start, rabbit, "shared")  # knows nothing of what was before
    client = connect(second)
    client.subscribe("trades/S", **{"from": {"trades/S": position}})
    publish(channel, "trades.S", [500])
    seen = until_number(client, 500)
    assert numbers_of(seen) == list(range(300, 501))
    assert not gaps_of(seen)
    assert seen[-1]["o"] == 501


def test_one_stream_feeds_several_topics_whose_offsets_jump(start, connect, rabbit, channel):
    declare(channel, "mixed", "trades.#")
    gateway = start_gateway(start, rabbit, "mixed", start="first")
    for number in range(300):
        publish(channel, f"trades.{'XYZ'[number % 3]}", [number])
    client = connect(gateway)
    client.subscribe("trades/+", **{"from": {}})
    publish(channel, "trades.X", ["end"])
    by_topic, offsets = {}, {}
    names = {}

    def take(message):
        if message.get("op") == "topic":
            names[message["t"]] = message["topic"]
        assert message.get("op") != "gap", message
        if "d" in message:
            by_topic.setdefault(names[message["t"]], []).append(message["d"]["n"])
            offsets.setdefault(names[message["t"]], []).append(message["o"])
        return sum(len(numbers) for numbers in by_topic.values()) == 301

    client.until(take)
    assert by_topic["trades/X"] == [*range(0, 300, 3), "end"]
    assert by_topic["trades/Y"] == list(range(1, 300, 3))
    assert offsets["trades/Z"] == list(range(3, 301, 3))


def test_what_the_stream_no_longer_keeps_is_one_exact_gap(start, connect, rabbit, channel):
    declare(
        channel, "short", "trades.T", **{"x-max-length-bytes": 400_000, "x-stream-max-segment-size-bytes": 100_000}
    )
    publish(channel, "trades.T", range(300), padding=5000)
    gateway = start_gateway(start, rabbit, "short")
    client = connect(gateway)
    client.subscribe("trades/T", **{"from": {}})
    publish(channel, "trades.T", [300])
    seen = until_number(client, 300)
    gaps = gaps_of(seen)
    numbers = numbers_of(seen)
    assert len(gaps) == 1, gaps
    assert (gaps[0]["from"], gaps[0]["cause"]) == (0, "truncated")
    assert numbers == list(range(numbers[0], 301))
    assert numbers[0] > 100
    # the broker's own notes take offsets, too
    assert next(message["o"] for message in seen if "d" in message) == gaps[0]["to"] + 1


def test_killed_brokers_come_back_with_what_they_had(start, connect, rabbit, channel):
    declare(channel, "killed", "trades.K")
    gateway = start_gateway(start, rabbit, "killed", start="first")
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)  # it does not read for a while
    client.subscribe("trades/K")
    sent, seen = 0, []
    # A broker that is killed within a second of its very first stream forgets that it had any: the tests before made some.
    for _ in range(KILLS):
        publish(channel, "trades.K", range(sent, sent + 200))
        sent += 200
        connections = counter(gateway, "connections")
        rabbit.kill()
        rabbit.start()
        # only then the stream is there again: a publisher that asks earlier waits for its confirm for ever
        wait_until(lambda: counter(gateway, "connections") > connections, "the stream is consumed again", seconds=60)
        channel = rabbit.connect(heartbeat=0).channel()
        channel.confirm_delivery()
        publish(channel, "trades.K", range(sent, sent + 200))
        sent += 200
        seen += until_number(client, sent - 1)
    numbers = numbers_of(seen)
    print(f"{KILLS} kills: sent {sent}, delivered {len(numbers)}, gaps {len(gaps_of(seen))}")
    assert numbers == list(range(sent))
    assert not gaps_of(seen)
    late = connect(gateway)
    late.subscribe("trades/K", **{"from": {}})
    assert numbers_of(until_number(late, sent - 1)) == list(range(sent))
    channel.connection.close()


def test_a_stream_that_was_made_anew_begins_its_topics_anew(start, connect, rabbit, channel):
    declare(channel, "again", "trades.R")
    gateway = start_gateway(start, rabbit, "again", start="first")
    client = connect(gateway)
    client.subscribe("trades/R")
    publish(channel, "trades.R", range(10))
    until_number(client, 9)
    channel.queue_delete("again")
    declare(channel, "again", "trades.R")
    publish(channel, "trades.R", [100])
    wait_until(lambda: counter(gateway, "resets") == 1, "it is seen that the stream is another one", seconds=60)
    wait_up(gateway)
    publish(channel, "trades.R", [101])
    seen = until_number(client, 101)
    assert [gap["cause"] for gap in gaps_of(seen)] == ["epoch"]
    epochs = [message["epoch"] for message in seen if message.get("op") == "topic"]
    assert len(epochs) == 1 and epochs != ["e1"]
    assert numbers_of(seen)[-1] == 101
    assert "is not the one that it was" in gateway.log()
