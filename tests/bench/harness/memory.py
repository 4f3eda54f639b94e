"""The memory table: what a connection that has nothing to do costs the gateway. tests/bench/run memory

Bare sockets, each with one subscription to a topic that has a value. Bytes are private ones of user space
(`Private_*` in /proc/PID/smaps_rollup), as the slope from a quarter of the connections to all of them. Then connections
come and go, a batch at a time: nothing may stay of them.
"""
import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import resource
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

from . import table

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "build" / "release"
PATIENCE_S = 60
BATCH = 250  # connections that come and go together
GROWTH_BYTES_MAX = 1 << 20  # of all that come and go; the allocator's own rounding is some hundred kilobytes
IDLE_BYTES_MAX = {"plain": 700, "TLS": 16_500}  # of a connection, as the scenario idle has it

CONFIG = """
shards = 1

[[listen]]
port = 0

[[listen]]
port = 0
tls = {{ certificate = "{certificate}", key = "{key}" }}

[admin]
port = 0

[[rights]]
identity = "anonymous"
subscribe = ["bench"]

[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"

[limits]
connections = 1000000
heartbeat_ms = 60000

[log]
level = "warning"
"""


def masked_text(text):
    """A frame of a client, with a mask of zeros."""
    size = len(text)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
    return b"\x81" + length + b"\0\0\0\0" + text


# All that a client says, at once.
OPENING = (b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
           b"Sec-WebSocket-Protocol: weir.v1.json\r\n\r\n"
           + masked_text(json.dumps({"op": "subscribe", "id": 1, "filter": "bench"}).encode()))


@dataclasses.dataclass(frozen=True)
class Gateway:
    pid: int
    ports: dict  # "plain" and "TLS"
    feed_port: int
    admin_port: int

    def private_bytes(self):
        rollup = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        return 1024 * sum(int(size) for size in re.findall(r"^Private_\w+: +(\d+) kB$", rollup, re.MULTILINE))

    def connections(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=PATIENCE_S) as answer:
            counts = re.findall(r"^weir_net_connections\{.*\} (\d+)$", answer.read().decode(), re.MULTILINE)
        return sum(map(int, counts))

    def wait_for(self, connections):
        limit = time.monotonic() + PATIENCE_S
        while self.connections() != connections:
            if time.monotonic() > limit:
                sys.exit(f"bench: the gateway has {self.connections()} connections, not {connections}")
            time.sleep(0.05)


@dataclasses.dataclass(frozen=True)
class Row:
    way: str
    connections: int
    idle_bytes: float  # of one connection
    came_and_went: int
    growth_bytes: int


def certificate_in(folder):
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key


def raise_file_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


@contextlib.contextmanager
def running(program, folder):
    certificate, key = certificate_in(folder)
    config = folder / "weir.toml"
    config.write_text(CONFIG.format(certificate=certificate, key=key), encoding="utf-8")
    with subprocess.Popen([program, "serve", "-c", config], stdout=subprocess.PIPE) as process:
        try:
            said = ""
            while not all(word in said for word in (" ws://", " wss://", " tcp://", " http://")):
                line = process.stdout.readline().decode()
                if not line:
                    sys.exit("bench: the gateway has ended")
                said += line

            def port(scheme):
                return int(re.search(rf" {scheme}://127\.0\.0\.1:(\d+)", said)[1])

            yield Gateway(process.pid, {"plain": port("ws"), "TLS": port("wss")}, port("tcp"), port("http")), certificate
        finally:
            process.send_signal(signal.SIGKILL)


def open_one(port, tls):
    """A connection that has its subscription and the value of the topic."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    if tls:
        connection = tls.wrap_socket(connection, server_hostname="127.0.0.1")
    connection.sendall(OPENING)
    return connection


def await_ready(connection):
    said = b""
    while b'"op":"ready"' not in said:
        piece = connection.recv(65536)
        if not piece:
            sys.exit(f"bench: closed after {said!r}")
        said += piece


def open_many(gateway, way, tls, count):
    connections = []
    while len(connections) < count:
        batch = [open_one(gateway.ports[way], tls) for _ in range(min(BATCH, count - len(connections)))]
        for connection in batch:
            await_ready(connection)
        connections += batch
    return connections


def close_all(gateway, connections):
    for connection in connections:
        connection.close()
    gateway.wait_for(0)


def settled_bytes(gateway):
    """When the last replies are out and nothing is due any more."""
    time.sleep(0.5)
    return gateway.private_bytes()


def measure(gateway, way, tls, options):
    part = open_many(gateway, way, tls, options.connections // 4)
    before = settled_bytes(gateway)
    rest = open_many(gateway, way, tls, options.connections - len(part))
    idle = (settled_bytes(gateway) - before) / len(rest)
    close_all(gateway, part + rest)

    # The first ones find the allocator as the crowd before them has left it.
    churn(gateway, way, tls, options.churn // 10)
    floor = settled_bytes(gateway)
    churn(gateway, way, tls, options.churn)
    return Row(way, options.connections, idle, options.churn, settled_bytes(gateway) - floor)


def churn(gateway, way, tls, count):
    for done in range(0, count, BATCH):
        close_all(gateway, open_many(gateway, way, tls, min(BATCH, count - done)))


def render(rows):
    columns = ("way", "connections", "bytes/connection", "came and went", "growth in kB")
    return table.render(columns, [(row.way, str(row.connections), f"{row.idle_bytes:.0f}", str(row.came_and_went),
                                   f"{row.growth_bytes / 1000:.0f}") for row in rows])


def missed(rows):
    """A sentence for each target that was not met."""
    for row in rows:
        if row.growth_bytes > GROWTH_BYTES_MAX:
            yield f"{row.way}: {row.growth_bytes} bytes more after {row.came_and_went} came and went"
        if row.idle_bytes > IDLE_BYTES_MAX[row.way]:
            yield f"{row.way}: {row.idle_bytes:.0f} bytes for a connection, at most {IDLE_BYTES_MAX[row.way]} are wanted"


def parse_arguments(words):
    parser = argparse.ArgumentParser(prog="tests/bench/run memory", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=5000, help="that are idle (default 5000)")
    parser.add_argument("--churn", type=int, default=100_000, help="connections that come and go (default 100000)")
    parser.add_argument("--weir", type=pathlib.Path, default=BUILD / "weir", help="the binary, with --no-build")
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--no-targets", action="store_true", help="whether it runs is all that counts")
    return parser.parse_args(words)


def main(words):
    options = parse_arguments(words)
    if not options.no_build:
        subprocess.run([ROOT / "deploy" / "install_packages", "build"], check=True)
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        subprocess.run(["cmake", "--build", BUILD, "--target", "weir"], check=True)
    if not os.access(options.weir, os.X_OK):
        sys.exit(f"bench: {options.weir} is not there")
    files = raise_file_limit()
    if files < options.connections + BATCH:
        sys.exit(f"bench: {options.connections} connections need more than the {files} files that a process may open here")
    rows = []
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as name, \
            running(options.weir, pathlib.Path(name)) as (gateway, certificate):
        with socket.create_connection(("127.0.0.1", gateway.feed_port), PATIENCE_S) as feed:
            feed.sendall(b'{"topic":"bench","data":{"value":1},"id":1}\n')
            feed.recv(1024)
        for way, tls in (("plain", None), ("TLS", ssl.create_default_context(cafile=certificate))):
            rows.append(measure(gateway, way, tls, options))
            print(f"{way}: {rows[-1].idle_bytes:.0f} bytes a connection", flush=True)
    print(f"\n{render(rows)}\n")
    problems = [] if options.no_targets else list(missed(rows))
    for line in problems:
        print(f"MISSED: {line}")
    return 1 if problems else 0
