"""The bytes table: what one feed costs on the wire, told in different ways. tests/bench/run bytes

Plays a recorded real feed (flights.py) with the adapter `replay` into one `weir serve`, to which a plain WebSocket
client (Python's `websockets`) is connected once for every way. All read at the same time, so all are told the same. At
the end each must hold what the source holds.
"""
import argparse
import asyncio
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import websockets

from . import flights, fold, table

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "build" / "release"
PACKAGES = BUILD / "tests" / "bench" / "feeds"
LEAD_SECONDS = 6  # before the first flight, for the readers to come
START_SECONDS_MAX = 10
QUIET_SECONDS_MAX = 20  # behind the last flight, until everybody has everything

CONFIG = """
shards = 1

[listen]
port = 0
deflate = true

[admin]
port = 0

[[rights]]
identity = "anonymous"
subscribe = ["#"]

[[topics]]
filter = "#"
ring_entries = 16384
ring_bytes = "256MiB"

[[adapter]]
name = "flights"
type = "replay"
file = "{file}"
speed = {speed}

[log]
level = "warning"
"""


@dataclasses.dataclass(frozen=True)
class Way:
    feed: str
    title: str
    filter: str
    options: dict
    is_whole: bool  # nothing but whole values comes


def ways_of(feed, whole, changes, changed):
    """`all` tells every update, whatever the reader's speed; patches and rates are of `latest`."""
    return [Way(feed, "whole values", whole, {"delivery": "all"}, True),
            Way(feed, "patches (RFC 6902)", whole, {"delta": "patch"}, False),
            Way(feed, changed, changes, {"delivery": "all"}, False),
            Way(feed, "whole values at 1/s", whole, {"max_rate": 1}, True),
            Way(feed, "patches at 1/s", whole, {"delta": "patch", "max_rate": 1}, False),
            Way(feed, f"{changed} at 1/s", changes, {"max_rate": 1}, False)]


WAYS = [*ways_of("airports", "whole/airports/+", "fields/airports/+", "changed fields"),
        *ways_of("board", "whole/board", "rows/board", "changed rows")]


class CountingProtocol(websockets.WebSocketClientProtocol):
    """Counts what comes out of the socket: frames with their headers."""

    wire_bytes = 0

    def data_received(self, data):
        self.wire_bytes += len(data)
        super().data_received(data)


class Reader:
    """One client that is told the feed in one way."""

    def __init__(self, way, is_deflated):
        self.way, self.is_deflated = way, is_deflated
        self.fold = fold.Fold(way.is_whole)
        self._bytes_before = 0
        self._socket = self._task = None

    async def connect(self, url):
        """False: the gateway does not know this way."""
        self._socket = await websockets.connect(
            url, create_protocol=CountingProtocol, subprotocols=["weir.v1.json"], max_size=None, max_queue=None,
            compression="deflate" if self.is_deflated else None, ping_interval=5, ping_timeout=None)
        if bool(self._socket.extensions) != self.is_deflated:
            sys.exit("bench: the gateway does not compress what it was configured to compress")
        request = {"op": "subscribe", "id": 1, "filter": self.way.filter, **self.way.options}
        await self._socket.send(json.dumps(request))
        reply = json.loads(await self._socket.recv())
        if not reply["ok"]:
            print(f"left out: {self.way.title}: {reply['error']['message']}", flush=True)
            await self._socket.close()
            return False
        self._bytes_before = self._socket.wire_bytes
        self._task = asyncio.create_task(self._read())
        return True

    async def _read(self):
        async for text in self._socket:
            self.fold.take(text)

    async def close(self):
        await self._socket.close()
        await self._task

    @property
    def wire_bytes(self):
        return self._socket.wire_bytes - self._bytes_before

    def fault(self, recording):
        """What is not as it must be by now; None: it is sound."""
        if self._task.done():
            return f"the connection has ended: {self._socket.close_code} {self._task.exception() or ''}"
        if self.fold.problems:
            return f"it was told {self.fold.problems[0]}"
        stem = self.way.filter.removesuffix("+")
        wanted = {topic: state for topic, state in recording.states.items() if topic.startswith(stem)}
        states = self.fold.states()
        if states != wanted:
            wrong = [topic for topic in wanted if states.get(topic) != wanted[topic]]
            return f"{len(wrong)} of {len(wanted)} topics are not what the source has, {wrong[:1]}"
        due = recording.updates[self.way.feed]
        if self.way.options.get("delivery") == "all" and self.fold.deliveries != due:
            return f"{self.fold.deliveries} deliveries instead of {due}"
        return None


@contextlib.contextmanager
def gateway(weir, folder, recording_file, speed):
    """Runs one and gives its URL."""
    config = folder / "weir.toml"
    config.write_text(CONFIG.format(file=recording_file, speed=speed))
    output = folder / "addresses"
    with open(output, "w", encoding="utf-8") as out, subprocess.Popen([weir, "serve", "-c", config], stdout=out) as process:
        try:
            limit = time.monotonic() + START_SECONDS_MAX
            while not (found := re.search(r"^listening client (.*)$", output.read_text(), re.MULTILINE)):
                if process.poll() is not None or time.monotonic() > limit:
                    sys.exit(f"bench: {weir} does not say where it listens")
                time.sleep(0.01)
            yield found[1]
        finally:
            process.send_signal(signal.SIGKILL)


async def measure(url, recording, began, play_seconds):
    """Gives all readers, and those that are not sound with their fault."""
    readers = []
    for way in WAYS:
        for is_deflated in (False, True):
            reader = Reader(way, is_deflated)
            if await reader.connect(url):
                readers.append(reader)
    late = time.monotonic() - began - LEAD_SECONDS
    if late > 0:
        sys.exit(f"bench: the readers were connected {late:.1f} s after the first flight; this machine has too much to do")
    print(f"{len(readers)} readers, the feed takes {play_seconds:.0f} s", flush=True)
    await asyncio.sleep(began + LEAD_SECONDS + play_seconds - time.monotonic())
    limit = time.monotonic() + QUIET_SECONDS_MAX
    while True:
        faults = [(reader, fault) for reader in readers if (fault := reader.fault(recording))]
        if not faults or time.monotonic() > limit:
            break
        await asyncio.sleep(0.2)
    for reader in readers:
        await reader.close()
    return readers, faults


def render(readers, play_seconds):
    """Ratios are to the whole values of the feed, not compressed."""
    columns = ("feed", "told as", "messages", "bytes", "bytes/s", "ratio", "deflate: bytes", "bytes/s", "ratio")
    rows, base = [], 0
    for reader in readers:
        if reader.is_deflated:
            continue
        way = reader.way
        if way.is_whole and "max_rate" not in way.options:
            base = reader.wire_bytes
        packed = next(other.wire_bytes for other in readers if other.is_deflated and other.way == way)
        rows.append((way.feed, way.title, str(reader.fold.deliveries), str(reader.wire_bytes),
                     f"{reader.wire_bytes / play_seconds:.0f}", f"{reader.wire_bytes / base:.4f}",
                     str(packed), f"{packed / play_seconds:.0f}", f"{packed / base:.4f}"))
    return table.render(columns, rows)


def parse_arguments(words):
    parser = argparse.ArgumentParser(prog="tests/bench/run bytes", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30, help="for three months of flights (default 30)")
    parser.add_argument("--weir", type=pathlib.Path, default=BUILD / "weir", help="the binary, with --no-build")
    parser.add_argument("--no-build", action="store_true")
    return parser.parse_args(words)


def prepare(options):
    if not options.no_build:
        subprocess.run([ROOT / "deploy" / "install_packages", "build", "test"], check=True)
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        subprocess.run(["cmake", "--build", BUILD, "--target", "weir"], check=True)
    if not os.access(options.weir, os.X_OK):
        sys.exit(f"bench: {options.weir} is not there")
    subprocess.run(["cmake", "-D", "NPM=npm", "-D", f"WORK={PACKAGES}", "-P", ROOT / "tests/bench/feeds/install.cmake"],
                   check=True)


def main(words):
    options = parse_arguments(words)
    prepare(options)
    recording = flights.Recording(PACKAGES / "node_modules" / "vega-datasets" / "data")
    speed = recording.span_ms / 1000 / options.seconds
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as name:
        folder = pathlib.Path(name)
        file = folder / "flights.ndjson"
        recording.write(file, lead_ms=int(LEAD_SECONDS * 1000 * speed))
        began = time.monotonic()
        with gateway(options.weir, folder, file, speed) as url:
            readers, faults = asyncio.run(measure(url, recording, began, options.seconds))
    print(render(readers, options.seconds))
    print(f"{recording.updates['airports']} flights from {len(recording.airports)} airports, "
          f"{recording.updates['board']} of them on the board of the {flights.BOARD_ROWS} busiest")
    for reader, fault in faults:
        print(f"NOT SOUND: {reader.way.feed}, {reader.way.title}{', deflate' * reader.is_deflated}: {fault}")
    return 1 if faults else 0
