"""A client that keeps to no rules: bytes go out as they are, and what comes back is taken apart."""
import base64
import os
import selectors
import socket
import struct
import time

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload=b"", *, fin=True, rsv=0, mask=b"\x01\x02\x03\x04", length=None):
    """One frame of a client. `mask`: None for a frame without; `length`: the bytes of the length field, where it lies."""
    first = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if length is None:
        size = len(payload)
        short = size if size < 126 else 126 if size < 65536 else 127
        length = bytes([short | (0x80 if mask else 0)])
        length += struct.pack(">H", size) if short == 126 else struct.pack(">Q", size) if short == 127 else b""
    if not mask:
        return first + length + payload
    keys = (mask * (len(payload) // 4 + 1))[: len(payload)]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")).to_bytes(len(payload), "big")
    return first + length + mask + masked


class Ended(Exception):
    """The gateway has ended the connection."""


class Wire:
    """One TCP connection to a gateway. What it observes of the end is in `outcome`: an HTTP status, a close code,
    or "end" and "reset" where nothing was said."""

    def __init__(self, address, receive_buffer=None, source=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(5)
        self.socket.connect(address)
        self.socket.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.socket, selectors.EVENT_READ)
        self.buffer = b""
        self.messages = []
        self.outcome = None
        self.is_open = False  # as a WebSocket
        self.status = None

    def close(self):
        self.selector.close()
        self.socket.close()

    # What comes back

    def read(self, wait_s=0.0):
        """Takes what there is; where that is nothing, waits for something. Raises Ended at the end."""
        deadline = time.monotonic() + wait_s
        while True:
            try:
                part = self.socket.recv(1 << 16)
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self.selector.select(left)
                continue
            except ConnectionError:
                self._end("reset")
            if not part:
                self._end("end")
            self.buffer += part
            self._parse()
            deadline = 0

    def _end(self, how):
        if self.outcome is None:
            self.outcome = how
        raise Ended

    def _parse(self):
        if not self.is_open:
            if b"\r\n\r\n" not in self.buffer:
                return
            head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
            self.status = int(head.split(b" ", 2)[1])
            self.is_open = self.status == 101
            if not self.is_open and self.status != 100:
                self.outcome = self.status
        while self.is_open and len(self.buffer) >= 2:
            size, start = self.buffer[1], 2
            if size == 126:
                size, start = int.from_bytes(self.buffer[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(self.buffer[2:10], "big"), 10
            if len(self.buffer) < start + size:
                return
            opcode, payload = self.buffer[0] & 0x0F, self.buffer[start : start + size]
            self.buffer = self.buffer[start + size :]
            if opcode == CLOSE:
                self.outcome = int.from_bytes(payload[:2], "big")
            elif opcode == TEXT:
                self.messages.append(payload)

    def wait_for_end(self, seconds):
        """What the gateway has said at the end; None where it has not ended the connection in time."""
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                self.read(min(0.2, deadline - time.monotonic()))
                if isinstance(self.outcome, int) and self.is_open:
                    self.send(frame(CLOSE, struct.pack(">H", self.outcome if self.outcome >= 1000 else 1000)))
        except Ended:
            return self.outcome
        return None

    # What goes out

    def send(self, data):
        """Sends all of it, however long the gateway takes; reads meanwhile. Raises Ended at the end."""
        view = memoryview(data)
        while view:
            self.read()
            try:
                view = view[self.socket.send(view) :]
            except BlockingIOError:
                self.selector.modify(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
                self.selector.select(1)
                self.selector.modify(self.socket, selectors.EVENT_READ)
            except ConnectionError:
                self._drain()
                self._end("reset")

    def _drain(self):
        try:
            self.read()
        except Ended:
            pass

    def drip(self, data, gap_s):
        """A byte at a time."""
        for byte in data:
            self.send(bytes([byte]))
            self.read(gap_s)

    def repeat(self, data, seconds, bytes_max=1 << 28):
        """The same again and again. Returns how many bytes went out."""
        deadline = time.monotonic() + seconds
        sent = 0
        while time.monotonic() < deadline and sent < bytes_max:
            self.send(data)
            sent += len(data)
        return sent

    def upgrade(self, path="/ws", host="gateway", deflate=False, subprotocol="weir.v1.json", more=b""):
        """A proper handshake."""
        extensions = b"Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else b""
        protocol = f"Sec-WebSocket-Protocol: {subprotocol}\r\n".encode() if subprotocol else b""
        self.send(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n".encode()
            + b"Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)) + b"\r\nSec-WebSocket-Version: 13\r\n"
            + protocol + extensions + more + b"\r\n"
        )
        deadline = time.monotonic() + 5
        while self.status is None and time.monotonic() < deadline:
            self.read(0.2)
        assert self.is_open, f"no WebSocket: {self.status}"
        return self

    def say(self, text):
        self.send(frame(TEXT, text.encode() if isinstance(text, str) else text))
