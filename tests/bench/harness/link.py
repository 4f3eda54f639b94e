"""A slow link of its own: a network namespace behind a token bucket where that is permitted, else a shaping proxy."""
import contextlib
import os
import select
import shutil
import socket
import subprocess
import threading
import time


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Namespace:
    """A pair of virtual interfaces, one end of it alone in a namespace; what goes there passes a token bucket."""

    def __init__(self, bits_per_s, queue_ms):
        number = os.getpid()
        self.name, self.outer, self.inner = f"weir-bench-{number}", f"wb{number}", f"wi{number}"
        network = 4 * (number % 16384)  # 198.18.0.0/15 is there for benchmarks
        self.address, self.inner_address = (f"198.18.{(network + host) // 256}.{(network + host) % 256}" for host in (1, 2))
        self.bits_per_s, self.queue_ms = bits_per_s, queue_ms

    def __enter__(self):
        if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("tc"):
            raise PermissionError("root, ip and tc are needed")
        try:
            run("ip", "netns", "add", self.name)
            run("ip", "link", "add", self.outer, "type", "veth", "peer", "name", self.inner, "netns", self.name)
            run("ip", "address", "add", f"{self.address}/30", "dev", self.outer)
            run("ip", "link", "set", self.outer, "up")
            run("ip", "-n", self.name, "address", "add", f"{self.inner_address}/30", "dev", self.inner)
            run("ip", "-n", self.name, "link", "set", self.inner, "up")
            run("tc", "qdisc", "add", "dev", self.outer, "root", "tbf", "rate", f"{self.bits_per_s}bit",
                "burst", 1600, "latency", f"{self.queue_ms}ms")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "delete", self.name], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "link", "delete", self.outer], check=False, stderr=subprocess.DEVNULL)

    @property
    def listen_addresses(self):
        return (self.address,)

    @contextlib.contextmanager
    def to(self, server):
        yield f"address={self.address},port={server.port_at(self.address)},namespace=/run/netns/{self.name}"

    def __str__(self):
        return f"network namespace behind tc tbf, {self.bits_per_s} bit/s, queue of {self.queue_ms} ms"


class Proxy:
    """Takes bytes from the server as slowly as the link would, and keeps as good as none of them."""
    listen_addresses = ()
    step_seconds = 0.02

    def __init__(self, bits_per_s):
        self.bytes_per_s = bits_per_s / 8

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    @contextlib.contextmanager
    def to(self, server):
        end = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._serve, args=(listener, server.client_port, end))
            thread.start()
            try:
                yield f"port={listener.getsockname()[1]}"
            finally:
                end.set()
                thread.join()

    def _serve(self, listener, port, end):
        listener.settimeout(0.2)
        while not end.is_set():
            with contextlib.suppress(OSError):
                client, _ = listener.accept()
                with client, socket.socket() as upstream:
                    upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    upstream.connect(("127.0.0.1", port))
                    self._relay(client, upstream, end)

    def _relay(self, client, upstream, end):
        due = time.monotonic()
        while not end.is_set():
            if select.select([client], [], [], 0)[0]:
                asked = client.recv(65536)
                if not asked:
                    return
                upstream.sendall(asked)
            if select.select([upstream], [], [], self.step_seconds)[0]:
                piece = upstream.recv(int(self.bytes_per_s * self.step_seconds))
                if not piece:
                    return
                client.sendall(piece)
                due = max(due, time.monotonic()) + len(piece) / self.bytes_per_s
                time.sleep(max(0.0, due - time.monotonic()))

    def __str__(self):
        return f"shaping proxy, {self.bytes_per_s:.0f} bytes/s (no network namespaces here)"


@contextlib.contextmanager
def shaped(bits_per_s, queue_ms):
    with contextlib.ExitStack() as stack:
        try:
            link = stack.enter_context(Namespace(bits_per_s, queue_ms))
        except (PermissionError, subprocess.CalledProcessError):
            link = stack.enter_context(Proxy(bits_per_s))
        yield link
