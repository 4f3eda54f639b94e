"""A TCP proxy that cuts connections where it likes, repeatably."""
import random
import selectors
import socket
import struct
import threading


class Cutter:
    """Stands between a feeder and 127.0.0.1:`target`. Each of the first `cuts` connections ends after some bytes, in the
    middle of lines, with a reset or an orderly end; those after them stay."""

    def __init__(self, target, seed, cuts):
        self.target, self.random, self.cuts = target, random.Random(seed), cuts
        self.done = 0  # connections that were cut
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()

    def _run(self):
        while True:
            try:
                feeder, _ = self.server.accept()
            except OSError:
                return  # the end
            with feeder:
                try:
                    gateway = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    continue  # it is away
                with gateway:
                    self._carry(feeder, gateway)

    def _carry(self, feeder, gateway):
        is_cut = self.done < self.cuts
        # small ones cut the greeting, large ones many lines and acks
        left = self.random.choice([200, 2_000, 20_000, 60_000]) * self.random.uniform(0.2, 1) if is_cut else float("inf")
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(feeder, selectors.EVENT_READ, gateway)
                selector.register(gateway, selectors.EVENT_READ, feeder)
                while left > 0:
                    for key, _ in selector.select():
                        data = key.fileobj.recv(int(min(left, 4096)) + 1)
                        key.data.sendall(data)
                        left -= len(data)
                        if not data:
                            return
        except OSError:
            return
        self.done += 1
        for side in (feeder, gateway):
            if self.random.random() < 0.5:  # a reset: what is on its way is lost
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
