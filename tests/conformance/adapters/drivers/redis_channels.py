"""Redis pub/sub: adapters/redis."""
import json

from broker_driver import BrokerDriver
from brokers import RedisServer


class RedisChannels(BrokerDriver):
    kind = RedisServer
    mistakes = [
        ({"channel": ["a"]}, "did you mean 'channels'"),
        ({"brokers": []}, "brokers"),
        ({"brokers": ["amqp://127.0.0.1"]}, "brokers"),
        ({"streams": ["a"]}, "streams"),
        ({"separator": "*"}, "separator"),
    ]

    def connect(self):
        self.client = self.broker.client()
        self.receiver = self.client.pubsub(ignore_subscribe_messages=True)
        self.receiver.psubscribe(f"{self.prefix}:*:up")
        self.receiver.get_message(timeout=1)  # it is subscribed now

    def config(self):
        return {**super().config(), "channels": [f"{self.prefix}:*"]}

    def publish(self, topic, texts):
        for text in texts:
            self.client.publish(topic.replace("/", ":"), text)

    def poison(self, topic):
        self.publish(topic, ["{", "", '"' + "x" * 300_000 + '"'])  # the last is above entry_bytes
        self.publish(f"{topic}/+", ["1"])
        return 4

    def received(self, count):
        found = []
        while len(found) < count:
            message = self.receiver.get_message(timeout=1)
            if message:
                found.append((message["channel"].decode().replace(":", "/"), json.loads(message["data"])))
        return found
