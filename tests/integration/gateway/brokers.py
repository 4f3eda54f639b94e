"""Brokers of our own: each on free loopback ports, in a folder of its own, ended by its process id. `kill` and `start`
keep the port, and what the broker has on its disk. RabbitMQ, which takes more, is in rabbit.py."""
import pathlib
import signal
import socket
import subprocess
import threading

from market import adapter, causes_of, counter, reason, wait_away, wait_up
from ports import free_port
from stopping import wait_for_effect
from weir_process import PATIENCE_S, wait_until


class Broker:
    """One process that listens at one port. With an `authority` it does so with TLS, shows a certificate of it for
    127.0.0.1, and wants one of the same from whoever comes."""

    type = scheme = tls_scheme = ""
    heartbeat_ms = 1000  # of an adapter that is to miss it soon

    def __init__(self, folder, authority=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.authority = authority
        self.certificate, self.key = authority.issue("broker") if authority else ("", "")
        self.log = open(self.folder / "output", "w", encoding="utf-8")
        self.process = None
        self.start()

    @property
    def url(self):
        return f"{self.tls_scheme if self.authority else self.scheme}://127.0.0.1:{self.port}"

    def command(self):
        raise NotImplementedError

    def is_ready(self):
        """Whether it answers; raises OSError where it does not."""
        socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        return True

    def start(self):
        words = self.command()
        self.process = subprocess.Popen(words, stdout=self.log, stderr=self.log)
        wait_until(self._has_started, f"{words[0]} answers")

    def _has_started(self):
        assert self.process.poll() is None, (self.folder / "output").read_text()[-4000:]
        try:
            return self.is_ready()
        except OSError:
            return False

    def signal(self, number):
        self.process.send_signal(number)
        wait_for_effect(self.process.pid, number)

    def kill(self):
        """As a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def end(self):
        if self.process.poll() is None:
            self.kill()
        self.log.close()


class Mosquitto(Broker):
    type = scheme = "mqtt"
    tls_scheme = "mqtts"
    heartbeat_ms = 5000  # libmosquitto takes no shorter one

    def command(self):
        config = self.folder / "mosquitto.conf"
        lines = ["allow_anonymous true", "user root", "log_dest stderr", "log_type all", f"listener {self.port} 127.0.0.1"]
        if self.authority:
            lines += [f"cafile {self.authority.ca}", f"certfile {self.certificate}", f"keyfile {self.key}"]
            lines.append("require_certificate true")
        config.write_text("\n".join(lines) + "\n")
        return ["/usr/sbin/mosquitto", "-c", str(config)]

    def client(self):
        """A connected client that is not ours, which speaks MQTT 5."""
        import paho.mqtt.client as paho

        client = paho.Client(protocol=paho.MQTTv5)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        wait_until(client.is_connected, "the client is connected")
        return client

    @staticmethod
    def subscribe(client, filter_):
        """Subscribes and waits until the broker has it: what others publish from then on comes."""
        confirmed = threading.Event()
        client.on_subscribe = lambda *_: confirmed.set()
        client.subscribe(filter_, qos=1)
        assert confirmed.wait(PATIENCE_S), f"{filter_} is not subscribed to"

    @staticmethod
    def publish(client, topic, body, retain=False, qos=1, **properties):
        """Publishes and waits until the broker has it."""
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        sent = Properties(PacketTypes.PUBLISH)
        sent.UserProperty = [(name, str(value)) for name, value in properties.items()]
        client.publish(topic, body, qos=qos, retain=retain, properties=sent).wait_for_publish(PATIENCE_S)


class NatsServer(Broker):
    type = scheme = "nats"
    tls_scheme = "tls"

    def command(self):
        words = ["/usr/sbin/nats-server", "-a", "127.0.0.1", "-p", str(self.port)]
        if self.authority:
            words += ["--tlsverify", "--tlscacert", self.authority.ca]
            words += ["--tlscert", self.certificate, "--tlskey", self.key]
        return words

    def client(self):
        return NatsClient(self.port)


class NatsClient:
    """Speaks the protocol of NATS as far as the tests need it."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.lines = self.socket.makefile("rb")
        assert self.lines.readline().startswith(b"INFO ")
        self.socket.sendall(b'CONNECT {"verbose":false,"headers":true}\r\n')
        self.flush()

    def flush(self):
        """Returns when the server has taken all that was sent before."""
        self.socket.sendall(b"PING\r\n")
        while self.lines.readline() != b"PONG\r\n":
            pass

    def publish(self, subject, body, **headers):
        if not headers:
            self.socket.sendall(b"PUB %b %d\r\n%b\r\n" % (subject.encode(), len(body), body))
            return
        head = "NATS/1.0\r\n" + "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        self.socket.sendall(
            b"HPUB %b %d %d\r\n%b%b\r\n" % (subject.encode(), len(head), len(head) + len(body), head.encode(), body)
        )

    def subscribe(self, subject):
        self.socket.sendall(b"SUB %b 1\r\n" % subject.encode())
        self.flush()

    def next(self):
        """The next message: its subject, its headers as text, its body."""
        while True:
            words = self.lines.readline().split()
            assert words, "the server has gone"
            if words[0] == b"PING":
                self.socket.sendall(b"PONG\r\n")
            if words[0] in (b"MSG", b"HMSG"):
                break
        content = self.lines.read(int(words[-1]) + 2)[:-2]
        head = int(words[-2]) if words[0] == b"HMSG" else 0
        return words[1].decode(), content[:head].decode(), content[head:]

    def close(self):
        self.lines.close()
        self.socket.close()


class RedisServer(Broker):
    type = scheme = "redis"

    def command(self):
        return [
            *("/usr/bin/redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no"),
        ]

    def is_ready(self):
        import redis

        try:
            return self.client().ping()
        except redis.exceptions.RedisError as failure:  # it may still be loading
            raise OSError(failure) from failure

    def client(self):
        import redis

        return redis.Redis(port=self.port, socket_timeout=PATIENCE_S)


STREAMS = """
[[topics]]
filter = "trades/#"
kind = "stream"
ring_entries = 100000
ring_bytes = "512MiB"
"""


def until_rows(client, expected):
    """Reads a table's deliveries until the rows are those."""
    rows = {}

    def is_done(message):
        for row in message.get("x", []) if message.get("x") is not True else []:
            rows.pop(row, None)
        for row, fields in (message.get("k") or message.get("d") or {}).items():
            kept = {**rows.get(row, {}), **fields}
            rows[row] = {name: value for name, value in kept.items() if value is not None}
        return rows == expected

    client.until(is_done)


def stopped_and_told(gateway, client, broker):
    """While the broker is stopped, what clients publish is unknown, then unavailable; afterwards it is taken again."""
    broker.signal(signal.SIGSTOP)
    try:
        unknown = client.request("publish", topic="chat/lobby", data="?")
        assert unknown["error"]["code"] == "unknown", unknown
        wait_away(gateway)
        gone = client.request("publish", topic="chat/lobby", data="no")
        assert gone["error"]["code"] == "unavailable", gone
    finally:
        broker.signal(signal.SIGCONT)
    wait_up(gateway)
    assert client.request("publish", topic="chat/lobby", data="again")["ok"]


def killed_and_told(gateway, client, broker, publish):
    """What is lost while the broker is away is a gap. `publish(body)` goes to trades/A."""
    publish(b'"before"')
    client.until(lambda message: message.get("d") == "before")
    broker.kill()
    wait_away(gateway)
    broker.start()
    wait_up(gateway)
    publish(b'"after"')
    seen = client.until(lambda message: message.get("d") == "after")
    assert causes_of(seen) == ["source"], seen
    assert counter(gateway, "gaps") == 1


def both_show_certificates(start, broker, authority, **keys):
    """With TLS the adapter comes up where both sides know each other, and says why it does not where they do not."""
    certificate, key = authority.issue("weir", "DNS:weir")
    own = {"ca": authority.ca, "certificate": certificate, "key": key}
    wait_up(start(adapters=adapter(broker, tls=own, **keys)))
    stranger = start(adapters=adapter(broker, tls={"certificate": certificate, "key": key}, **keys))
    wait_until(lambda: "certificate" in reason(stranger) or "TLS" in reason(stranger), "the broker is not trusted")
    assert counter(stranger, "connections") == 0
