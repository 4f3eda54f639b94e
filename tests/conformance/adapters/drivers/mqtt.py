"""mosquitto, QoS 0 without a session: adapters/mqtt."""
import json

from broker_driver import BrokerDriver
from brokers import Mosquitto
from weir_process import PATIENCE_S, wait_until


class Mqtt(BrokerDriver):
    kind = Mosquitto
    drops = True  # mosquitto bounds what waits for a slow subscriber
    mistakes = [
        ({"filter": ["a"]}, "did you mean 'filters'"),
        ({"brokers": []}, "brokers"),
        ({"brokers": ["amqp://127.0.0.1"]}, "brokers"),
        ({"filters": ["a/#/b"]}, "filters"),
        ({"qos": 2}, "qos"),
        ({"heartbeat_ms": 1000}, "heartbeat_ms"),
    ]

    def __init__(self, folder, table):
        super().__init__(folder, table)
        self.client = None
        self.from_clients = []

    def connect(self):
        if self.client:
            self.client.loop_stop()
        self.client = self.broker.client()
        self.client.on_message = lambda _client, _context, message: self.from_clients.append(
            (message.topic, json.loads(message.payload))
        )
        self.broker.subscribe(self.client, f"{self.prefix}/+/up")

    def config(self):
        # the shortest heartbeat that libmosquitto takes
        return {**super().config(), "heartbeat_ms": 5000, "filters": [f"{self.prefix}/#"]}

    def publish(self, topic, texts):
        for sent in [self.client.publish(topic, text, qos=1) for text in texts]:
            sent.wait_for_publish(PATIENCE_S)

    def poison(self, topic):
        self.publish(topic, ["{", "", '"' + "x" * 300_000 + '"'])  # the last is above entry_bytes
        self.publish(f"{topic}/", ["1"])
        return 4

    def received(self, count):
        wait_until(lambda: len(self.from_clients) >= count, "what clients have published")
        return self.from_clients[:count]

    def end(self):
        if self.client:
            self.client.loop_stop()
        super().end()
