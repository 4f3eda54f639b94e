"""The TCP feed that dials: adapters/tcp."""
from feeder_driver import HEARTBEAT_MS, FeederDriver
from ports import free_port


class TcpDial(FeederDriver):
    mistakes = [
        ({"dail": "127.0.0.1:1"}, "did you mean 'dial'"),
        ({"dial": "nowhere"}, "dial"),
        ({"reconnect_max_ms": 1}, "reconnect_max_ms"),
    ]

    def __init__(self, folder, table):
        super().__init__(folder, table)
        self.port = free_port()

    def start(self):
        self.launch("listen", str(self.port))
        self.wait_for(lambda message: "listening" in message)

    def config(self):
        keys = {"type": "tcp", "dial": f"127.0.0.1:{self.port}"}
        return {**keys, "reconnect_max_ms": 200, "heartbeat_ms": HEARTBEAT_MS}

    def attach(self, gateway):
        self.wait_opened()
