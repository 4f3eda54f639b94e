"""The servers that are measured: how each is started, and where it listens."""
import contextlib
import dataclasses
import os
import pathlib
import re
import resource
import select
import signal
import subprocess
import time

START_SECONDS_MAX = 10
STOP_SECONDS_MAX = 10

# One shard: the server has one core. A stream, because `all` is measured on what it is made for.
WEIR_CONFIG = """
shards = 1

[listen]
port = 0

[admin]
port = 0

[[rights]]
identity = "anonymous"
subscribe = ["bench/#"]

[[topics]]
filter = "bench/#"
kind = "stream"

[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"

[log]
level = "warning"
"""


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    command: list
    config: str = ""


@dataclasses.dataclass(frozen=True)
class Server:
    pid: int
    client_port: int
    feed_port: int


def beast(binary: pathlib.Path):
    return Kind("beast", [binary])


def floor(binary: pathlib.Path):
    return Kind("floor", [binary])


def weir(name: str, binary: pathlib.Path):
    return Kind(name, [binary, "serve", "-c"], WEIR_CONFIG)


def _prepare(core):
    os.sched_setaffinity(0, {core})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _read_ports(process):
    """Waits for both `listening` lines."""
    patterns = {"client": rb"listening client ws://127\.0\.0\.1:(\d+)/ws",
                "feed": rb"listening adapter:feed tcp://127\.0\.0\.1:(\d+)"}
    printed, limit = b"", time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < limit:
        found = {name: re.search(pattern, printed) for name, pattern in patterns.items()}
        if all(found.values()):
            return {name: int(match.group(1)) for name, match in found.items()}
        if select.select([process.stdout], [], [], 0.2)[0]:
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            printed += piece
    raise RuntimeError(f"{process.args[0]} did not say where it listens; it said: {printed.decode()!r}")


@contextlib.contextmanager
def running(kind: Kind, core: int, folder: pathlib.Path):
    """Starts a server on one core and stops it at the end."""
    command = [str(word) for word in kind.command]
    if kind.config:
        config = folder / f"{kind.name}.toml"
        config.write_text(kind.config)
        command.append(str(config))
    with subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=lambda: _prepare(core)) as process:
        try:
            ports = _read_ports(process)
            yield Server(process.pid, ports["client"], ports["feed"])
        finally:
            process.send_signal(signal.SIGKILL)  # a drain of thousands of clients is not what is measured
            process.wait(STOP_SECONDS_MAX)
