"""From a real RabbitMQ to whoever subscribes, and back; while it is killed, stopped and started again."""
import json
import os
import signal
import threading
import time

import pika
import pytest

from rabbit import Rabbit
from weir_process import wait_until

# `tests/run long` does more of the same
IS_LONG = os.environ.get("WEIR_LONG", "") != ""
ROUNDS = 20 if IS_LONG else 2
WAITING = 1_000_000 if IS_LONG else 20_000

STREAMS = f"""
[[topics]]
filter = "trades/#"
kind = "stream"
ring_entries = {max(100_000, WAITING)}
ring_bytes = "512MiB"
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
    connection.close()


def adapter(rabbit, **keys):
    """The [[adapter]] section of this broker."""
    keys = {"brokers": [rabbit.url], "heartbeat_ms": 1000, "reconnect_max_ms": 500, **keys}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    return f'\n[[adapter]]\nname = "market"\ntype = "amqp"\n{lines}'


def wait_up(gateway):
    wait_until(lambda: state(gateway) == "up", "the adapter is up", seconds=60)


def state(gateway):
    found = json.loads(gateway.get("/admin/adapters"))
    return next(each["state"] for each in found["adapters"] if each["adapter"] == "market")


def counter(gateway, event):
    return gateway.metric(f'weir_adapter_events_total{{adapter="market",event="{event}"}}')


def data_of(messages):
    return [message["d"] for message in messages if "d" in message]


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


class Publisher(threading.Thread):
    """Publishes 1, 2, 3 ... each until it is confirmed, with a message id, whatever happens to the broker."""

    def __init__(self, rabbit, exchange):
        super().__init__()
        self.rabbit, self.exchange = rabbit, exchange
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
                    channel.basic_publish(self.exchange, "trades.A", str(number).encode(), properties, mandatory=True)
                    self.confirmed = number
            except (pika.exceptions.AMQPError, OSError):
                time.sleep(0.1)
        try:
            connection.close()
        except (pika.exceptions.AMQPError, OSError):
            pass

    def wait_for(self, more):
        goal = self.confirmed + more
        wait_until(lambda: self.confirmed >= goal, f"{goal} are confirmed", seconds=90)

    def end(self):
        self.is_ending = True
        self.join()


def test_every_confirmed_message_arrives_once_while_the_broker_is_killed_and_stopped(start, connect, rabbit):
    gateway = start(
        more=STREAMS,
        adapters=adapter(
            rabbit, exchange="durable", exchange_type="topic", bindings=["trades.#"], queue="trades", prefetch=100
        ),
    )
    wait_up(gateway)
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)  # it does not read for a while
    client.subscribe("trades/A", delivery="all")
    publisher = Publisher(rabbit, "durable")
    try:
        for _ in range(ROUNDS):
            publisher.wait_for(300)
            rabbit.kill()
            rabbit.start()
            publisher.wait_for(300)
            wait_up(gateway)  # each time, else what is seen next may be what was before
            rabbit.signal(signal.SIGSTOP)
            wait_until(lambda: state(gateway) == "reconnecting", "the missing heartbeats are noticed")
            rabbit.signal(signal.SIGCONT)
            wait_up(gateway)
        publisher.wait_for(300)
    finally:
        rabbit.signal(signal.SIGCONT)
        publisher.end()
    last = publisher.confirmed
    seen = client.until(lambda message: message.get("d", 0) >= last)
    numbers = data_of(seen)
    gaps = [message for message in seen if message.get("op") == "gap"]
    lost = set(range(1, last + 1)) - set(numbers)
    print(
        f"sent {publisher.sent}, confirmed {last}, delivered {len(numbers)}, duplicated {len(numbers) - len(set(numbers))},"
        f" lost {len(lost)}, in gaps {len(gaps)}, redelivered and dropped {counter(gateway, 'duplicates'):.0f},"
        f" connections {counter(gateway, 'connections'):.0f}"
    )
    assert numbers == list(range(1, last + 1))
    assert not gaps
    assert counter(gateway, "connections") >= 1 + 2 * ROUNDS


def test_many_that_wait_in_a_queue_are_drained_and_acknowledged(start, connect, rabbit, channel):
    count = WAITING
    channel.queue_declare("waiting", durable=True)
    connection = rabbit.connect(heartbeat=0)
    quick = connection.channel()  # without confirms
    for number in range(count):
        quick.basic_publish("", "waiting", str(number).encode())
    wait_until(lambda: channel.queue_declare("waiting", passive=True).method.message_count == count, "all wait", seconds=300)
    connection.close()
    gateway = start(more=STREAMS, adapters=adapter(rabbit, queue="waiting", declare=False, topic="trades/all"))
    client = connect(gateway)
    client.request("connect", heartbeat_ms=60_000)
    began = time.monotonic()
    client.subscribe("trades/all", delivery="all", history=count)
    numbers = data_of(client.until(lambda message: message.get("d") == count - 1))
    print(f"{count} messages in {time.monotonic() - began:.2f} s, {gateway.private_kib() // 1024} MiB with a ring that has all")
    assert numbers == list(range(count))
    # what is not acknowledged comes back when its consumer has gone
    wait_until(lambda: counter(gateway, "messages") == count, "all were read")
    assert gateway.stop() == 0
    assert channel.queue_declare("waiting", passive=True).method.message_count == 0
