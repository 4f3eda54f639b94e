"""Attacks with messages, and with none."""
import json
import os
import struct
import time

from attack import HEARTBEAT_S, WRITE_PROGRESS_S, attack, ended, send_and_wait
from handshakes import HANDSHAKE, request
from wire import CLOSE, TEXT, Ended, Wire, frame


@attack(4500)
def bad_messages(address):
    """Ten messages that are none: no JSON, deep JSON, names twice, unknown ops and keys."""
    bad = ["{", "[" * 40 + "]" * 40, '{"op":"ping","id":1,"id":2}', '{"op":"fly","id":3}', '{"op":"ping","id":4,"x":1}',
           '{"op":"ping","id":1e400}', '{"op":"ping","id":-1}', '{"op":"ping"}', '"ping"', '{"op":"subscribe","id":5,"filter":"a/#/b"}',
           "{", "{"]
    return send_and_wait(address, b"".join(frame(TEXT, text.encode()) for text in bad))


@attack("rate")
def publishes(address):
    """Ten thousand publishes at once."""
    wire = Wire(address).upgrade()
    wire.send(b"".join(frame(TEXT, json.dumps({"op": "publish", "id": i, "topic": "chat/a", "data": 1}).encode()) for i in range(10_000)))
    deadline = time.monotonic() + 10
    while len(wire.messages) < 10_000 and time.monotonic() < deadline:
        wire.read(0.2)
    codes = {json.loads(message).get("error", {}).get("code") for message in wire.messages}
    wire.close()
    return "rate" if codes == {None, "rate"} and len(wire.messages) == 10_000 else f"{len(wire.messages)} replies, {codes}"


@attack("too_many_subscriptions")
def subscriptions(address):
    """More subscriptions than one may have."""
    wire = Wire(address).upgrade()
    wire.send(b"".join(frame(TEXT, json.dumps({"op": "subscribe", "id": i, "filter": f"a/{i}"}).encode()) for i in range(300)))
    replies = []
    deadline = time.monotonic() + 10
    while len(replies) < 300 and time.monotonic() < deadline:
        wire.read(0.2)
        replies = [reply for reply in map(json.loads, wire.messages) if "re" in reply]
    wire.close()
    codes = [reply.get("error", {}).get("code") for reply in replies]
    return codes[-1] if codes.count(None) == 256 else f"{codes.count(None)} taken"


@attack("reset", "end", within_s=WRITE_PROGRESS_S + 6)
def never_reads(address):
    """Asks without an end and reads no answer."""
    wire = Wire(address, receive_buffer=4096).upgrade()
    view = frame(TEXT, b'{"op":"ping","id":1}') * 2000
    deadline = time.monotonic() + 12
    offset = 0
    while time.monotonic() < deadline:
        try:
            offset += wire.socket.send(view[offset % len(view):])
        except BlockingIOError:
            time.sleep(0.05)
        except ConnectionError:
            wire.close()
            return "reset"
    wire.close()
    return None


@attack(4000, within_s=2 * HEARTBEAT_S + 2)
def falls_silent(address):
    """Agrees to heartbeats and has none."""
    wire = Wire(address).upgrade()
    wire.say('{"op":"connect","id":1,"heartbeat_ms":1000}')
    try:
        deadline = time.monotonic() + 6
        while time.monotonic() < deadline and not isinstance(wire.outcome, int):
            wire.read(0.2)
    except Ended:
        pass
    return ended(wire, 1) or wire.outcome


@attack(1000)
def frames_after_the_end(address):
    """Data behind its own close frame."""
    return send_and_wait(address, frame(CLOSE, struct.pack(">H", 1000)) + frame(TEXT, b"{" * 100) * 50)


@attack("served")
def one_byte_at_a_time(address):
    """Everything in pieces of one byte: no attack, and served."""
    wire = Wire(address)
    wire.drip(request(HANDSHAKE) + frame(TEXT, b'{"op":"ping","id":8}'), 0.0005)
    deadline = time.monotonic() + 3
    while not wire.messages and time.monotonic() < deadline:
        wire.read(0.1)
    wire.close()
    return "served" if wire.messages and b'"re":8' in wire.messages[0] else None


@attack("served")
def rubbish_from_many(address):
    """Two thousand connections with random bytes, and then an honest one."""
    for _ in range(2000):
        wire = Wire(address)
        try:
            wire.send(os.urandom(200))
        except Ended:
            pass
        wire.close()
    wire = Wire(address, source="127.0.0.3").upgrade()
    wire.say('{"op":"ping","id":8}')
    wire.read(2)
    wire.close()
    return "served" if wire.messages else None
