"""A client on a bare socket: it decides itself when to read, and many of them fit into one thread."""
import base64
import collections
import functools
import json
import os
import selectors
import socket
import struct
import time
import urllib.parse

from weir_process import PATIENCE_S

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


@functools.lru_cache(maxsize=1 << 16)
def parse(payload):
    """Many clients get the same bytes."""
    return json.loads(payload)


class Client:
    """One WebSocket that speaks weir.v1.json. `receive_buffer`: the kernel's, where it has to be small; `headers`: more
    lines of the handshake, each with its end; `tls`: an SSLContext, for wss; `source`: the address to come from;
    `preface`: what is sent before anything else."""

    subprotocol, data_opcode = "weir.v1.json", TEXT

    def __init__(self, url, receive_buffer=None, subprotocols=None, headers="", tls=None, source=None, preface=b""):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect((parts.hostname, parts.port))
        self.socket.sendall(preface)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=parts.hostname)
        self.bytes = b""
        self.messages = collections.deque()
        self.closed = None  # (code, reason) of the close frame; (1006, "") without one
        self.last_id = 0
        self._shake_hands(parts, subprotocols or self.subprotocol, headers)

    def _shake_hands(self, parts, subprotocols, headers):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {subprotocols}\r\n"
            f"{headers}\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.socket.recv(65536)
            assert part, f"no handshake: {head}"
            head += part
        head, self.bytes = head.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        self._take_frames()

    def fileno(self):
        return self.socket.fileno()

    def end(self):
        self.socket.close()

    def frame(self, opcode, payload):
        """Sends one frame; a mask of zeros is good enough for a test."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
        assert size < 65536
        self.socket.sendall(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload)

    @staticmethod
    def encode(message):
        return json.dumps(message).encode()

    @staticmethod
    def decode(payload):
        return parse(payload)

    def tell(self, **message):
        self.frame(self.data_opcode, self.encode(message))

    def read(self):
        """Takes what the socket has; waits only if it has nothing."""
        try:
            part = self.socket.recv(1 << 18)
        except ConnectionResetError:
            part = b""
        if not part and self.closed is None:
            self.closed = (1006, "")
        self.bytes += part
        self._take_frames()

    def _take_frames(self):
        data, at = self.bytes, 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                if len(data) < start + 2:
                    break
                size, start = int.from_bytes(data[start : start + 2], "big"), start + 2
            elif size == 127:
                if len(data) < start + 8:
                    break
                size, start = int.from_bytes(data[start : start + 8], "big"), start + 8
            if len(data) < start + size:
                break
            self._on_frame(data[at], data[start : start + size])
            at = start + size
        self.bytes = data[at:]

    def _on_frame(self, first, payload):
        assert first & 0x80, "the gateway sends whole messages only"
        opcode = first & 0x0F
        assert opcode not in (TEXT, BINARY) or opcode == self.data_opcode, opcode
        if opcode == self.data_opcode:
            self.messages.append(self.decode(payload))
        elif opcode == PING:
            self.frame(PONG, payload)
        elif opcode == CLOSE:
            self.closed = (int.from_bytes(payload[:2], "big"), payload[2:].decode())

    def next(self):
        """The next message; None when the connection has ended before one came."""
        while not self.messages and self.closed is None:
            self.read()
        return self.messages.popleft() if self.messages else None

    def until(self, condition):
        """All messages up to the first that fulfils the condition."""
        seen = []
        while True:
            message = self.next()
            assert message is not None, f"closed {self.closed} after {seen[-3:]}"
            seen.append(message)
            if condition(message):
                return seen

    def request(self, op, **members):
        """Sends a request and returns its reply. What else came is kept, in order."""
        self.last_id += 1
        self.tell(op=op, id=self.last_id, **members)
        seen = self.until(lambda message: message.get("re") == self.last_id)
        self.messages.extendleft(reversed(seen[:-1]))
        return seen[-1]

    def subscribe(self, filter_, **options):
        """Subscribes and returns the accepted reply."""
        reply = self.request("subscribe", filter=filter_, **options)
        assert reply["ok"], reply
        return reply


def pump(clients, is_done, seconds=PATIENCE_S):
    """Reads from all clients until `is_done()` or the time is over; returns whether it was done."""
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for client in clients:
            if client.closed is None:
                selector.register(client, selectors.EVENT_READ)
        while not is_done():
            if time.monotonic() > deadline:
                return False
            for key, _ in selector.select(0.1):
                key.fileobj.read()
                if key.fileobj.closed is not None:
                    selector.unregister(key.fileobj)
    return True


class Feed:
    """A connection to the TCP feed."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def send(self, *entries):
        self.send_bytes(b"".join(json.dumps(entry).encode() + b"\n" for entry in entries))

    def send_bytes(self, data):
        self.socket.sendall(data)

    def publish(self, topic, *values):
        """Publishes and waits until each has its offset."""
        self.send(*({"topic": topic, "data": value, "id": number} for number, value in enumerate(values)))
        for _ in values:
            answer = self.answer()
            assert "ack" in answer, answer

    def answer(self):
        return json.loads(self.lines.readline())

    def end(self):
        self.lines.close()
        self.socket.close()
