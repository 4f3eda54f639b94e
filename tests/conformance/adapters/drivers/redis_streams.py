"""Redis streams: adapters/redis. One for each case; the field `topic` of an entry says its topic."""
import json

from broker_driver import BrokerDriver
from brokers import RedisServer
from weir_process import wait_until

RECEIVED = "received"


class RedisStreams(BrokerDriver):
    kind = RedisServer
    keeps = True
    on_demand = None
    memory_mib = 64  # it reads many entries at once
    upstream = {"upstream": True, "publish_stream": RECEIVED}
    mistakes = [
        ({"stream": ["a"]}, "did you mean 'streams'"),
        ({"from": "everywhere"}, "from"),
        ({"channels": ["a"]}, "streams"),
        ({"streams": ["a", "a"]}, "streams"),
        ({"payload": 1}, "payload"),
    ]

    def begin(self, case_name):
        self.stream = f"{self.prefix}:{case_name}"

    def connect(self):
        self.client = self.broker.client()

    def config(self):
        keys = {"streams": [self.stream], "topic": "{field[topic]}", "payload": "data", "from": "oldest"}
        return {**super().config(), **keys}

    def publish(self, topic, texts):
        for text in texts:
            self.client.xadd(self.stream, {"topic": topic, "data": text})

    def poison(self, topic):
        self.publish(topic, ["{", "", '"' + "x" * 300_000 + '"'])  # the last is above entry_bytes
        self.publish(f"{topic}/+", ["1"])
        self.client.xadd(self.stream, {"data": "1"})
        return 5

    def received(self, count):
        wait_until(lambda: self.client.xlen(RECEIVED) >= count, "what clients have published")
        return [
            (fields[b"topic"].decode(), json.loads(fields[b"data"]))
            for _, fields in self.client.xrange(RECEIVED, count=count)
        ]
