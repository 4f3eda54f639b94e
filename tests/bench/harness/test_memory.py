"""The memory table: what misses its targets."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import memory  # noqa: E402


def row(way="plain", idle=700.0, growth=0):
    return memory.Row(way, 5000, idle, 100_000, growth)


def test_all_is_well():
    assert not list(memory.missed([row(), row("TLS", idle=16_500), row(growth=memory.GROWTH_BYTES_MAX)]))


def test_what_stays_of_connections_that_have_gone_is_told():
    assert list(memory.missed([row(growth=memory.GROWTH_BYTES_MAX + 1)])) == [
        "plain: 1048577 bytes more after 100000 came and went"]


def test_connections_that_hold_too_much_are_told():
    assert list(memory.missed([row(idle=701), row("TLS", idle=16_501)])) == [
        "plain: 701 bytes for a connection, at most 700 are wanted", "TLS: 16501 bytes for a connection, at most 16500 are wanted"]


def test_a_frame_of_a_client():
    assert memory.masked_text(b"{}") == b"\x81\x82\0\0\0\0{}"
    assert memory.masked_text(b"x" * 126)[:4] == b"\x81\xfe\0\x7e"
