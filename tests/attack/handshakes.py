"""Attacks before the upgrade: on HTTP and on the WebSocket handshake."""
from attack import HANDSHAKE_S, all_of, attack, ended, send_and_wait
from wire import Ended, Wire


def request(lines, body=b""):
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


HANDSHAKE = ["GET /ws HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: weir.v1.json"]


def with_line(name, value):
    """A handshake with one header replaced, or left out."""
    lines = [line for line in HANDSHAKE if not line.startswith(name + ":")]
    return request(lines + ([f"{name}: {value}"] if value is not None else []))


@attack("end", within_s=HANDSHAKE_S + 1)
def silence(address):
    """A connection that says nothing."""
    return send_and_wait(address, b"", upgrade=False)


@attack(408, within_s=HANDSHAKE_S + 1)
def slow_headers(address):
    """Headers, a byte at a time."""
    wire = Wire(address)
    try:
        wire.drip(request(HANDSHAKE), 0.02)
    except Ended:
        pass
    return ended(wire, 3)


@attack(431)
def large_headers(address):
    """More than 8 KiB of headers."""
    return send_and_wait(address, request([*HANDSHAKE, "X: " + "x" * 8192]), upgrade=False)


@attack(431)
def endless_header(address):
    """A header line that never ends."""
    wire = Wire(address)
    try:
        wire.send(b"GET /ws HTTP/1.1\r\nX: ")
        wire.repeat(b"x" * 4096, 5)
    except Ended:
        pass
    return ended(wire, 3)


@attack(431)
def many_headers(address):
    """Two thousand headers."""
    return send_and_wait(address, request([*HANDSHAKE, *("A: b" for _ in range(2000))]), upgrade=False)


@attack(431)
def large_subprotocol(address):
    """32 KiB of subprotocols."""
    return send_and_wait(address, with_line("Sec-WebSocket-Protocol", ", ".join(f"p{i}" for i in range(4500))), upgrade=False)


@attack(400)
def bad_handshakes(address):
    """Handshakes without a host, with bad or two keys, or with a body."""
    bad = [with_line("Host", None), with_line("Sec-WebSocket-Key", "AAAA"), with_line("Sec-WebSocket-Key", None),
           with_line("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA="), with_line("Sec-WebSocket-Protocol", "chat"),
           request([*HANDSHAKE, "Sec-WebSocket-Key: BAAAAAAAAAAAAAAAAAAAAA=="]),
           request([*HANDSHAKE, "Content-Length: 4"], b"body")]
    return all_of([send_and_wait(address, data, upgrade=False) for data in bad])


@attack(426)
def old_version(address):
    """Version 8 of the protocol."""
    return send_and_wait(address, with_line("Sec-WebSocket-Version", "8"), upgrade=False)


@attack(400)
def smuggling(address):
    """Two lengths, a length and chunks, folded lines, NUL and bare CR in headers."""
    post = ["POST /v1/publish HTTP/1.1", "Host: a"]
    bad = [request([*post, "Content-Length: 4", "Content-Length: 5"], b"body"),
           request([*post, "Content-Length: 4", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
           request([*post, "Content-Length: -1"]), request([*post, "Content-Length: 0x4"], b"body"),
           request(["GET / HTTP/1.1", "Host: a", "X: b", " folded"]), request(["GET / HTTP/1.1", "Host: a", "X: a\0b"]),
           request(["GET / HTTP/1.1", "Host: a", "X: a\rb"]), request(["GET / HTTP/1.1", "Host : a"])]
    return all_of([send_and_wait(address, data, upgrade=False) for data in bad])


@attack(400, 411)
def endless_chunk(address):
    """A chunk of more than 2^64 bytes."""
    lines = ["POST /v1/publish HTTP/1.1", "Host: a", "Transfer-Encoding: chunked"]
    return send_and_wait(address, request(lines, b"fffffffffffffffff\r\n"), upgrade=False)


@attack(400)
def other_protocols(address):
    """HTTP/2, TLS, SMTP and rubbish on the port."""
    bad = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64 + b"\r\n\r\n",
           b"EHLO mail.example.com\r\n\r\n", b"\xff" * 64 + b"\r\n\r\n"]
    return all_of([send_and_wait(address, data, upgrade=False) for data in bad])


@attack(404)
def paths(address):
    """Paths that lead out of where files are."""
    bad = ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..\\..\\etc\\passwd", "//etc/passwd", "/page%00.html", "/ws/../admin/sessions"]
    outcomes = []
    for path in bad:
        outcomes.append(send_and_wait(address, request([f"GET {path} HTTP/1.1", "Host: a", "Connection: close"]), upgrade=False))
    return all_of(outcomes)


@attack(403)
def foreign_page(address):
    """A WebSocket from a page of a foreign origin."""
    origins = ["https://evil.example", "null", "http://a.evil.example", "http://evil.example/http://a"]
    return all_of([send_and_wait(address, request([*HANDSHAKE, f"Origin: {origin}"]), upgrade=False) for origin in origins])


@attack(1013)
def one_address(address):
    """The connection too many of one address."""
    wires = []
    try:
        for _ in range(51):
            wires.append(Wire(address, source="127.0.0.2").upgrade())
        outcome = wires[-1].wait_for_end(5)
        for wire in wires[:-1]:
            wire.read()
        return outcome
    except Ended:
        return "one of those before it"
    finally:
        for wire in wires:
            wire.close()
