"""nats-server, core NATS: adapters/nats."""
import json

from broker_driver import BrokerDriver
from brokers import NatsServer


class NatsCore(BrokerDriver):
    kind = NatsServer
    mistakes = [
        ({"subject": ["a"]}, "did you mean 'subjects'"),
        ({"brokers": []}, "brokers"),
        ({"brokers": ["amqp://127.0.0.1"]}, "brokers"),
        ({"subjects": ["a..b"]}, "subjects"),
        ({"reconnect_max_ms": 1}, "reconnect_max_ms"),
    ]

    def connect(self):
        self.client, self.receiver = self.broker.client(), self.broker.client()
        self.receiver.subscribe(f"{self.prefix}.*.up")

    def config(self):
        return {**super().config(), "subjects": [f"{self.prefix}.>"]}

    def publish(self, topic, texts):
        for text in texts:
            self.client.publish(topic.replace("/", "."), text.encode())
        self.client.flush()

    def poison(self, topic):
        self.publish(topic, ["{", "", '"' + "x" * 300_000 + '"'])  # the last is above entry_bytes
        self.publish(f"{topic}/+", ["1"])
        return 4

    def received(self, count):
        messages = [self.receiver.next() for _ in range(count)]
        return [(subject.replace(".", "/"), json.loads(body)) for subject, _, body in messages]
