"""What a RabbitMQ has confirmed reaches subscribers once, whatever happens to it; and what waits in it is drained."""
import os
import signal
import threading
import time

import pika

from follower import Follower
from market import adapter, counter, data_of, state, wait_up
from weir_client import pump
from weir_process import IS_SANITIZED, wait_until

# `tests/run long` does more of the same
IS_LONG = os.environ.get("WEIR_LONG", "") != ""
ROUNDS = 20 if IS_LONG else 2
WAITING = 1_000_000 if IS_LONG else 50_000
LONG_S = 1200


def streams(ring_entries):
    return f"""
[[topics]]
filter = "trades/#"
kind = "stream"
ring_entries = {ring_entries}
ring_bytes = "512MiB"
"""


class Publisher(threading.Thread):
    """Publishes 1, 2, 3 ... each until it is confirmed, with a message id, whatever happens to the broker."""

    def __init__(self, rabbit, name):
        super().__init__(daemon=True)
        self.rabbit, self.name = rabbit, name
        self.sent, self.confirmed = 0, 0
        self.is_ending = False
        self.start()

    def run(self):
        connection = None
        while not self.is_ending:
            try:
                connection = self.rabbit.connect()
                channel = connection.channel()
                channel.confirm_delivery()
                while not self.is_ending:
                    number = self.confirmed + 1
                    properties = pika.BasicProperties(delivery_mode=2, message_id=str(number))
                    self.sent += 1
                    channel.basic_publish("durable", f"trades.{self.name}", str(number).encode(), properties, mandatory=True)
                    self.confirmed = number
            except (pika.exceptions.AMQPError, OSError):
                time.sleep(0.1)
        try:
            connection.close()
        except (pika.exceptions.AMQPError, OSError):
            pass

    def end(self):
        self.is_ending = True
        self.join()


class Reader(threading.Thread):
    """Reads what one client gets, so that it is no slow one, and keeps the numbers by topic."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client = client
        self.topics = {}
        self.numbers = {}  # topic -> all of them, as they came
        self.gaps = []
        self.is_ending = False
        self.start()

    def run(self):
        pump([self.client], self._take, seconds=3600)

    def _take(self):
        while self.client.messages:
            message = self.client.messages.popleft()
            if message.get("op") == "topic":
                self.topics[message["t"]] = message["topic"]
            elif message.get("op") == "gap":
                self.gaps.append(message)
            elif "d" in message:
                self.numbers.setdefault(self.topics[message["t"]], []).append(message["d"])
        return self.is_ending or self.client.closed is not None

    def last(self, topic):
        return self.numbers.get(topic, [0])[-1]

    def end(self):
        self.is_ending = True
        self.join()


def test_every_confirmed_message_arrives_once_while_the_broker_is_killed_and_stopped(start, connect, rabbit):
    gateway = start(
        more=streams(1_000_000),
        adapters=adapter(
            rabbit, exchange="durable", exchange_type="topic", bindings=["trades.#"], queue="trades", prefetch=100
        ),
    )
    wait_up(gateway)
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)
    client.subscribe("trades/#", delivery="all")
    reader = Reader(client)
    publishers = [Publisher(rabbit, name) for name in ("A", "B")]

    def publish(more=300):
        goals = [publisher.confirmed + more for publisher in publishers]
        wait_until(
            lambda: all(publisher.confirmed >= goal for publisher, goal in zip(publishers, goals)),
            f"{goals} are confirmed",
            seconds=120,
        )

    try:
        for _ in range(ROUNDS):
            publish()
            rabbit.kill()
            rabbit.start()
            publish()
            wait_up(gateway)  # each time, else what is seen next may be what was before
            rabbit.signal(signal.SIGSTOP)
            wait_until(lambda: state(gateway) == "reconnecting", "the missing heartbeats are noticed")
            rabbit.signal(signal.SIGCONT)
            wait_up(gateway)
        publish()
    finally:
        rabbit.signal(signal.SIGCONT)
        for publisher in publishers:
            publisher.end()
    try:
        for publisher in publishers:
            topic = f"trades/{publisher.name}"
            wait_until(lambda: reader.last(topic) >= publisher.confirmed, "the last has come", seconds=60)
    finally:
        reader.end()
    for publisher in publishers:
        topic, last = f"trades/{publisher.name}", publisher.confirmed
        numbers = reader.numbers[topic]
        gaps = [gap for gap in reader.gaps if reader.topics[gap["t"]] == topic]
        print(
            f"{topic}: sent {publisher.sent}, confirmed {last}, delivered {len(numbers)},"
            f" duplicated {len(numbers) - len(set(numbers))}, lost {len(set(range(1, last + 1)) - set(numbers))},"
            f" in gaps {sum(gap.get('lost', 0) for gap in gaps)}"
        )
        # one may have been in the broker, although its confirm never came
        assert numbers[:last] == list(range(1, last + 1)) and len(numbers) <= last + 1
        assert not gaps
    print(
        f"redelivered by the broker and dropped {counter(gateway, 'duplicates'):.0f},"
        f" connections {counter(gateway, 'connections'):.0f}"
    )
    assert counter(gateway, "connections") >= 1 + 2 * ROUNDS


def fill(rabbit, channel, queues):
    """Has WAITING messages wait in each of the queues: 1, 2, 3 ..."""
    channel.exchange_declare("waiting", "fanout")
    for queue in queues:
        channel.queue_declare(queue, durable=True, arguments={"x-queue-mode": "lazy"})
        channel.queue_bind(queue, "waiting")
    connection = rabbit.connect(heartbeat=0)
    quick = connection.channel()  # without confirms
    for number in range(1, WAITING + 1):
        quick.basic_publish("waiting", "", str(number).encode())
    for queue in queues:
        wait_until(lambda: left_in(channel, queue) == WAITING, f"all wait in {queue}", seconds=LONG_S)
    connection.close()


def left_in(channel, queue):
    return channel.queue_declare(queue, passive=True).method.message_count


def end_drained(gateway, channel, queue):
    """What is not acknowledged comes back when its consumer has gone."""
    assert gateway.stop() == 0
    assert left_in(channel, queue) == 0


def test_many_that_wait_are_drained_and_a_ring_says_exactly_what_it_has_not(start, connect, rabbit, channel):
    fill(rabbit, channel, ("kept", "overrun"))

    # a ring that has room for all of them: whoever comes later gets them, too
    began = time.monotonic()
    gateway = start(more=streams(WAITING), adapters=adapter(rabbit, queue="kept", declare=False, topic="trades/all"))
    wait_until(lambda: counter(gateway, "messages") == WAITING, "all were read", seconds=LONG_S)
    print(f"{WAITING} messages in {time.monotonic() - began:.2f} s into a ring of all, peak RSS {gateway.peak_kib() // 1024} MiB")
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)
    client.subscribe("trades/all", delivery="all", history=WAITING)
    assert data_of(client.until(lambda message: message.get("d") == WAITING)) == list(range(1, WAITING + 1))
    end_drained(gateway, channel, "kept")

    # a ring that has not, and a client that is slower than the queue; it is there before the first message
    rabbit.signal(signal.SIGSTOP)
    try:
        gateway = start(
            more=streams(1000),
            adapters=adapter(rabbit, queue="overrun", declare=False, topic="trades/all", connect_timeout_ms=60_000),
        )
        client = connect(gateway)
        client.request("connect", heartbeat_ms=60_000, bytes_per_s=20_000)
        client.subscribe("trades/all", delivery="all")
    finally:
        rabbit.signal(signal.SIGCONT)
    began = time.monotonic()
    follower = Follower(client, "all")

    def is_drained():
        follower.take()
        return counter(gateway, "messages") == WAITING

    assert pump([client], is_drained, seconds=LONG_S)
    print(f"{WAITING} messages in {time.monotonic() - began:.2f} s into a ring of 1000, peak RSS {gateway.peak_kib() // 1024} MiB")
    client.request("limit", bytes_per_s=0)

    def has_all():
        follower.take()
        return follower.last.get("trades/all") == WAITING

    assert pump([client], has_all, seconds=LONG_S), follower.last
    print(f"delivered {follower.count}, in gaps {follower.lost}")
    assert follower.count + follower.lost == WAITING and follower.lost > 0
    if not IS_SANITIZED:
        assert gateway.peak_kib() < 100 * 1024  # however many wait
    end_drained(gateway, channel, "overrun")
