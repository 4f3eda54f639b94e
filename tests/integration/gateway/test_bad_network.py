"""The bad network of other tests does what it says, so that those test something."""
import contextlib
import socket
import threading
import time

import pytest

from bad_network import PATIENCE_S, BadNetwork

SOON_S = 0.2  # that nothing comes can only be waited for


class Pair:
    """The two ends of a connection through a bad network."""

    def __init__(self, *commands):
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.network = BadNetwork(server.getsockname()[1], *commands)
            self.client = socket.create_connection(("127.0.0.1", self.network.port), timeout=PATIENCE_S)
            server.settimeout(PATIENCE_S)
            self.gateway, _ = server.accept()
        for end in (self.client, self.gateway):
            end.settimeout(PATIENCE_S)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def end(self):
        self.client.close()
        self.gateway.close()
        self.network.end()


@pytest.fixture
def pair_with():
    pairs = []

    def make(*commands):
        pairs.append(Pair(*commands))
        return pairs[-1]

    yield make
    for pair in pairs:
        pair.end()


def exactly(end, size):
    """So many bytes, and in how many pieces they were there."""
    data, pieces = b"", 0
    while len(data) < size:
        part = end.recv(size - len(data))
        assert part, f"the end after {len(data)} of {size} bytes"
        data += part
        pieces += 1
    return data, pieces


def is_silent(end):
    end.settimeout(SOON_S)
    try:
        end.recv(1, socket.MSG_PEEK)
        return False
    except TimeoutError:
        return True
    finally:
        end.settimeout(PATIENCE_S)


@pytest.mark.parametrize("commands", [(), ("split 1",), ("split 7", "delay 5", "jitter 20"), ("rate 1000000",)])
def test_every_byte_arrives_both_ways_and_then_the_end(pair_with, commands):
    pair = pair_with(*commands)
    data = bytes(range(256)) * 400
    senders = [threading.Thread(target=end.sendall, args=(data,)) for end in (pair.client, pair.gateway)]
    for sender in senders:
        sender.start()
    up, up_pieces = exactly(pair.gateway, len(data))
    down, down_pieces = exactly(pair.client, len(data))
    for sender in senders:
        sender.join()
    assert up == data and down == data
    print(f"{commands}: {len(data)} bytes each way in {up_pieces} and {down_pieces} pieces")
    pair.client.shutdown(socket.SHUT_WR)
    assert pair.gateway.recv(1) == b""
    pair.gateway.sendall(b"bye")
    pair.gateway.close()
    assert exactly(pair.client, 3)[0] == b"bye"
    assert pair.client.recv(1) == b""


def test_a_delay_is_no_shorter_than_it_says(pair_with):
    pair = pair_with("delay 100")
    began = time.monotonic()
    pair.client.sendall(b"x")
    exactly(pair.gateway, 1)
    assert time.monotonic() - began >= 0.1


def test_a_rate_is_no_greater_than_it_says(pair_with):
    pair = pair_with("rate 100000")
    began = time.monotonic()
    pair.client.sendall(b"x" * 50_000)
    exactly(pair.gateway, 50_000)
    assert time.monotonic() - began >= 0.4  # the first tenth of a second's worth does not wait


def test_a_blackhole_swallows_one_direction_until_it_is_off(pair_with):
    pair = pair_with()
    pair.network.do("blackhole up")
    pair.client.sendall(b"up")
    pair.gateway.sendall(b"down")
    assert exactly(pair.client, 4)[0] == b"down"
    assert is_silent(pair.gateway)
    pair.network.do("blackhole off")
    assert exactly(pair.gateway, 2)[0] == b"up"
    pair.network.do("blackhole down")
    pair.gateway.sendall(b"down")
    pair.client.sendall(b"up")
    assert exactly(pair.gateway, 2)[0] == b"up"
    assert is_silent(pair.client)


def test_a_freeze_stops_everything_the_end_and_who_comes_included(pair_with):
    pair = pair_with()
    pair.network.do("freeze")
    late = socket.create_connection(("127.0.0.1", pair.network.port), timeout=PATIENCE_S)
    pair.client.sendall(b"up")
    pair.gateway.sendall(b"down")
    pair.gateway.shutdown(socket.SHUT_WR)
    assert is_silent(pair.client) and is_silent(pair.gateway) and is_silent(late)
    pair.network.do("thaw")
    assert exactly(pair.gateway, 2)[0] == b"up"
    assert exactly(pair.client, 4)[0] == b"down"
    assert pair.client.recv(1) == b""
    with late, pytest.raises(ConnectionResetError):  # nobody listens there any more
        late.recv(1)


def test_a_reset_is_one_at_both_ends(pair_with):
    pair = pair_with()
    pair.network.do("reset")
    for end in (pair.client, pair.gateway):
        with pytest.raises(ConnectionResetError):
            end.recv(1)


def test_a_reset_of_one_end_comes_behind_what_it_had_sent(pair_with):
    pair = pair_with()
    pair.gateway.sendall(b"last words")
    pair.client.sendall(b"never read")
    assert exactly(pair.client, 10)[0] == b"last words"
    assert pair.gateway.recv(10, socket.MSG_PEEK | socket.MSG_WAITALL) == b"never read"
    pair.gateway.close()  # with bytes that were not read: TCP makes it a reset
    with pytest.raises(ConnectionResetError):
        pair.client.recv(1)


def test_a_half_close_is_seen_by_the_gateway_only(pair_with):
    pair = pair_with()
    pair.network.do("half_close")
    assert pair.gateway.recv(1) == b""
    pair.gateway.sendall(b"still here")
    assert exactly(pair.client, 10)[0] == b"still here"
    pair.client.sendall(b"lost")
    assert is_silent(pair.client)


def test_who_is_refused_is_reset_and_others_stay(pair_with):
    pair = pair_with()
    pair.network.do("refuse on")
    with contextlib.suppress(ConnectionResetError):
        with socket.create_connection(("127.0.0.1", pair.network.port), timeout=PATIENCE_S) as other:
            assert other.recv(1) == b"", "it was let in"
    pair.client.sendall(b"x")
    assert exactly(pair.gateway, 1)[0] == b"x"


def test_what_it_does_not_know_is_answered_so():
    with BadNetwork(1) as network:
        with pytest.raises(AssertionError, match="shake"):
            network.do("shake")
