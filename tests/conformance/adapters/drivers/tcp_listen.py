"""The TCP feed that feeders connect to: adapters/tcp."""
from feeder_driver import HEARTBEAT_MS, FeederDriver


class TcpListen(FeederDriver):
    mistakes = [
        ({"lisen": "127.0.0.1:0"}, "did you mean 'listen'"),
        ({"listen": "nowhere"}, "listen"),
        ({"listen": None}, "dial"),
        ({"dial": "127.0.0.1:1"}, "dial"),
        ({"max_connections": 0}, "max_connections"),
    ]

    def config(self):
        return {"type": "tcp", "listen": "127.0.0.1:0", "require_feeder": True, "heartbeat_ms": HEARTBEAT_MS}

    def attach(self, gateway):
        self.launch("connect", gateway.address("adapter:conform").rsplit(":", 1)[1])
        self.wait_opened()
