"""The servers that are measured: how each is started, and where it listens. The peers are in peers.py."""
import contextlib
import ctypes
import dataclasses
import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import time
import typing

START_SECONDS_MAX = 10
STOP_SECONDS_MAX = 10
PR_SET_PDEATHSIG = 1

# One shard: the server has one core.
WEIR_CONFIG = """
shards = 1

[[listen]]
port = 0
{listen}{more_listeners}
[admin]
port = 0

[[rights]]
identity = "anonymous"
subscribe = ["bench/#"]

[[topics]]
filter = "bench/#"
kind = "{kind}"
{topics}
[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"

[log]
level = "warning"
"""


@dataclasses.dataclass(frozen=True)
class Launch:
    """What to run. Without ports it prints where it listens, as `weir serve` does."""
    command: list
    client_port: int | None = None
    feed_port: int | None = None


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    program: pathlib.Path
    launch: typing.Callable  # of a folder for its files: a Launch
    preset: str = "weir"  # what the load generator speaks to it
    delivery: str = "all"  # what the subscribers ask for; the peers have this one only
    is_ours: bool = False
    load_arguments: tuple = ()  # what the load generator is told besides
    cut_off: str | None = None  # what its log says, as a pattern, when it gives up a slow client


@dataclasses.dataclass(frozen=True)
class Server:
    pid: int
    client_port: int
    feed_port: int
    log: pathlib.Path
    printed: bytes = b""

    def port_at(self, address):
        """Where it listens for clients on another address than 127.0.0.1."""
        return int(re.search(rb"listening client ws://" + re.escape(address.encode()) + rb":(\d+)/ws",
                             self.printed).group(1))


def beast(binary: pathlib.Path):
    return Kind("beast", binary, lambda folder: Launch([binary]))


def floor(binary: pathlib.Path):
    return Kind("floor", binary, lambda folder: Launch([binary]))


def weir(name: str, binary: pathlib.Path, kind="stream", delivery="all", addresses=(), is_tls=False, listen="",
         topics="", load_arguments=()):
    """`kind`: of the topics. A stream by default, because `all` is measured on what it is made for. `listen` and
    `topics` are further lines of those sections."""
    more = "".join(f'\n[[listen]]\naddress = "{address}"\nport = 0\n' for address in addresses)

    def launch(folder):
        config = folder / "weir.toml"
        lines = listen + (certificate(folder) if is_tls else "")
        config.write_text(WEIR_CONFIG.format(kind=kind, listen=lines, topics=topics, more_listeners=more))
        return Launch([binary, "serve", "-c", config])

    arguments = (*load_arguments, *(("--tls",) if is_tls else ()))
    return Kind(name, binary, launch, delivery=delivery, is_ours=True, load_arguments=arguments)


def certificate(folder):
    """Makes one of ECDSA P-256, and gives the line that names it."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    return 'tls = { certificate = "cert.pem", key = "key.pem" }\n'


def free_ports(count):
    """So many that nobody has just now."""
    with contextlib.ExitStack() as taken:
        listeners = [taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


def _prepare(core):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.sched_setaffinity(0, {core})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _read_ports(process, limit):
    """Waits for both `listening` lines; what is printed in the moment after them belongs to it."""
    patterns = {"client_port": rb"listening client wss?://127\.0\.0\.1:(\d+)/ws",
                "feed_port": rb"listening adapter:feed tcp://127\.0\.0\.1:(\d+)"}
    printed = b""
    while time.monotonic() < limit:
        found = {name: re.search(pattern, printed) for name, pattern in patterns.items()}
        if all(found.values()):
            return {name: int(match.group(1)) for name, match in found.items()} | {"printed": printed}
        if select.select([process.stdout], [], [], 0.2)[0]:
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            printed += piece
    raise RuntimeError(f"{process.args[0]} did not say where it listens; it said: {printed.decode()!r}")


def _wait_for_port(process, port, limit):
    while process.poll() is None and time.monotonic() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} does not listen on port {port}")


def cut_off_count(kind: Kind, server: Server):
    """How many slow clients it has given up, as far as it says so."""
    text = server.log.read_text(encoding="utf-8", errors="replace")
    return len(re.findall(kind.cut_off, text)) if kind.cut_off else 0


def _wait_until_ready(process, launch, log):
    limit = time.monotonic() + START_SECONDS_MAX
    if launch.client_port is None:
        return Server(process.pid, log=log, **_read_ports(process, limit))
    for port in (launch.client_port, launch.feed_port):
        _wait_for_port(process, port, limit)
    return Server(process.pid, launch.client_port, launch.feed_port, log)


@contextlib.contextmanager
def running(kind: Kind, core: int, folder: pathlib.Path):
    """Starts a server on one core and stops it, with all its processes, at the end."""
    launch = kind.launch(folder)
    command = [str(word) for word in launch.command]
    with open(folder / "stderr", "w+", encoding="utf-8", errors="replace") as log, \
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
                             preexec_fn=lambda: _prepare(core)) as process:
        try:
            yield _wait_until_ready(process, launch, pathlib.Path(log.name))
        except Exception:
            log.seek(0)
            print(log.read()[-2000:], flush=True)
            raise
        finally:
            # A drain of thousands of clients is not what is measured.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS_MAX)
