"""Attacks on WebSocket frames and on compression."""
import struct
import zlib

from attack import ASSEMBLY_S, all_of, attack, ended, send_and_wait
from wire import BINARY, CLOSE, PING, PONG, TEXT, Ended, Wire, frame


@attack(1002)
def unmasked(address):
    """A frame without a mask."""
    return send_and_wait(address, frame(TEXT, b"{}", mask=None))


@attack(1002)
def reserved_bits(address):
    """Reserved bits and opcodes, all of them."""
    known = {(0, opcode) for opcode in (0, TEXT, BINARY, CLOSE, PING, PONG)}
    bad = [frame(opcode, b"", rsv=rsv) for rsv in range(8) for opcode in range(16) if (rsv, opcode) not in known]
    return all_of([send_and_wait(address, data) for data in bad])


@attack(1002)
def bad_control_frames(address):
    """Control frames that are too long or in parts, and a continuation of nothing."""
    bad = [frame(PING, b"x" * 126), frame(PING, b"x", fin=False), frame(CLOSE, b"\x03"), frame(0, b"x"),
           frame(TEXT, b"x", fin=False) + frame(TEXT, b"y")]
    return all_of([send_and_wait(address, data) for data in bad])


@attack(1002)
def bad_close_codes(address):
    """Close codes that nobody may send."""
    return all_of([send_and_wait(address, frame(CLOSE, struct.pack(">H", code)))
                   for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)])


@attack(1002)
def bad_lengths(address):
    """Lengths beyond 2^63, or longer than they need to be."""
    bad = [frame(TEXT, b"", length=b"\xff" + length) for length in (b"\x80" + b"\0" * 7, b"\xff" * 8, b"\0" * 7 + b"\x7d", b"\0" * 6 + b"\xff\xff")]
    bad.append(frame(TEXT, b"", length=b"\xfe\0\x7d"))
    return all_of([send_and_wait(address, data) for data in bad])


@attack(1009)
def too_long(address):
    """A message of one byte too many, declared and not sent; the same in parts."""
    declared = frame(TEXT, b"", length=b"\xff" + struct.pack(">Q", 65537))
    parts = frame(TEXT, b" " * 65536, fin=False) + frame(0, b" ")
    return all_of([send_and_wait(address, data) for data in (declared, parts)])


@attack(1008)
def empty_fragments(address):
    """Empty fragments without an end."""
    wire = Wire(address).upgrade()
    try:
        wire.send(frame(TEXT, b"", fin=False))
        wire.repeat(frame(0, b"", fin=False) * 500, 5)
    except Ended:
        pass
    return ended(wire, 3)


@attack(1008)
def tiny_fragments(address):
    """A message in fragments of one byte."""
    wire = Wire(address).upgrade()
    try:
        wire.send(frame(TEXT, b" ", fin=False))
        wire.repeat(frame(0, b" ", fin=False) * 500, 5)
    except Ended:
        pass
    return ended(wire, 3)


@attack(1008, within_s=ASSEMBLY_S + 1)
def slow_message(address):
    """A message that comes a byte at a time."""
    wire = Wire(address).upgrade()
    try:
        wire.drip(frame(TEXT, b" " * 1000), 0.05)
    except Ended:
        pass
    return ended(wire, 3)


@attack(1007)
def bad_text(address):
    """Text that is no UTF-8."""
    bad = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"]
    return all_of([send_and_wait(address, frame(TEXT, b'"' + text + b'"')) for text in bad])


@attack(1003)
def binary(address):
    """A binary message where text is spoken."""
    return send_and_wait(address, frame(BINARY, b"{}"))


@attack(1008)
def pings(address):
    """Pings without an end, whose pongs nobody reads."""
    return flood(address, frame(PING, b"x" * 100) * 50)


@attack(1008)
def pongs(address):
    """Pongs without an end."""
    return flood(address, frame(PONG) * 200)


def flood(address, data, deflate=False):
    wire = Wire(address).upgrade(deflate=deflate)
    try:
        wire.repeat(data, 5)
    except Ended:
        pass
    return ended(wire, 3)


# Compression

def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


@attack(1002)
def uninvited_compression(address):
    """A compressed message on a connection that agreed to none."""
    return send_and_wait(address, frame(TEXT, deflated(b"{}"), rsv=4))


@attack(1009)
def bomb(address):
    """20 MiB in 20 kB."""
    return send_and_wait(address, frame(TEXT, deflated(b" " * (20 << 20)), rsv=4), deflate=True)


@attack(1008, 1009)
def empty_blocks(address):
    """A compressed frame of empty blocks that declares 2^62 bytes."""
    wire = Wire(address).upgrade(deflate=True)
    try:
        wire.send(frame(TEXT, b"", rsv=4, length=b"\xff" + struct.pack(">Q", 1 << 62)))
        blocks = b"\0\0\0\xff\xff" * 4
        wire.repeat(bytes(byte ^ b"\1\2\3\4"[at % 4] for at, byte in enumerate(blocks)) * 400, 5)
    except Ended:
        pass
    return ended(wire, 3)


@attack(1007)
def broken_compression(address):
    """A compressed message that is none."""
    return send_and_wait(address, frame(TEXT, b"\xff" * 64, rsv=4), deflate=True)
