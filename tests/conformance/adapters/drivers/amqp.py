"""RabbitMQ through a durable queue, another one for each case: adapters/amqp."""
import itertools
import json
import signal

import pika
from broker_driver import CountsSubscriptions
from rabbit import Rabbit
from suite import Driver
from weir_process import wait_until

RECEIVED = "received"
PER_COMMIT = 50
EXCHANGE = "amq.topic"


class Amqp(CountsSubscriptions, Driver):
    keeps = True
    outages = ("stop", "kill")  # it takes long to start
    can_stop = True
    confirms = True
    upstream = {"upstream": True, "publish_exchange": EXCHANGE}
    # a queue of its own, because what nobody wants would wait in another one for ever
    on_demand = {"on_demand": True, "queue": None, "exchange_type": "topic"}
    mistakes = [
        ({"broker": "amqp://127.0.0.1"}, "did you mean 'brokers'"),
        ({"brokers": []}, "brokers"),
        ({"brokers": ["http://127.0.0.1"]}, "brokers"),
        ({"prefetch": 0}, "prefetch"),
        ({"topic": "{nobody}"}, "topic"),
    ]

    def __init__(self, folder, table):
        super().__init__(folder, table)
        self.rabbit = self.connection = self.channel = None
        self.ids = itertools.count(1)

    def start(self):
        if self.rabbit:
            self.rabbit.start()
        else:
            self.rabbit = Rabbit(self.folder / "rabbit")
        self.connection = self.rabbit.connect(heartbeat=0)
        self.channel = self.connection.channel()
        self.channel.tx_select()  # confirmed many at a time
        self.receiver = self.connection.channel()
        self.receiver.queue_declare(RECEIVED, durable=True)
        self.receiver.queue_bind(RECEIVED, EXCHANGE, f"{self.prefix}.*.up")

    def begin(self, case_name):
        self.case_name = case_name

    def config(self):
        return {
            "type": "amqp",
            "brokers": [self.rabbit.url],
            "exchange": EXCHANGE,
            "bindings": [f"{self.prefix}.{self.case_name}.#"],
            "queue": f"{self.prefix}.{self.case_name}",
            "prefetch": 50,
            "heartbeat_ms": 1000,
            "reconnect_max_ms": 500,
        }

    def publish(self, topic, texts):
        for number, text in enumerate(texts, 1):
            self._send(topic.replace("/", "."), text.encode())
            if number % PER_COMMIT == 0 or number == len(texts):
                self.channel.tx_commit()

    def _send(self, routing_key, body):
        properties = pika.BasicProperties(delivery_mode=2, message_id=str(next(self.ids)))
        self.channel.basic_publish(EXCHANGE, routing_key, body, properties, mandatory=True)

    def poison(self, topic):
        key = topic.replace("/", ".")
        self._send(key, b"{")
        self._send(f"{key}.+", b"1")
        self._send(f"{key}..b", b"1")
        self._send(key, b'"' + b"x" * 300_000 + b'"')  # above entry_bytes
        self.channel.tx_commit()
        return 4

    def received(self, count):
        def one():
            method, _, body = self.receiver.basic_get(RECEIVED, auto_ack=True)
            return method and (method.routing_key.replace(".", "/"), json.loads(body))

        return [wait_until(one, "what clients have published") for _ in range(count)]

    def kill(self):
        self.rabbit.kill()

    def stop(self):
        self.rabbit.signal(signal.SIGSTOP)

    def cont(self):
        self.rabbit.signal(signal.SIGCONT)

    def end(self):
        if self.rabbit:
            self.rabbit.end()
