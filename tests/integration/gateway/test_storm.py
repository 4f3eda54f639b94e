"""Many clients lose their connections at the same moment, and come back without having lost anything else."""
import contextlib
import os
import time

import pytest

from bad_network import BadNetwork
from swarm import Source
from weir_process import IS_SANITIZED, PATIENCE_S

# `tests/run long` does it with ten thousand: two proxies, because a process may have 20,000 files, and each client takes two
IS_LONG = os.environ.get("WEIR_LONG", "") != ""
CLIENTS, TOPICS, NETWORKS, INTERVAL_S = (10_000, 20, 2, 1.0) if IS_LONG else (100 if IS_SANITIZED else 500, 5, 2, 0.1)
SPLIT = "split 100" if IS_LONG else "split 1"  # one by one, handshakes of so many outlast the clients' patience
BACK_S = 30  # for 99 of 100 clients
RING = 10_000
SHORT_RING = 4
LIMITS = "connections = 15000\n"


@pytest.fixture
def storm(request, start, swarm_of, feed_of):
    """A gateway behind bad networks, a swarm that is ready, and a source that feeds it. The parameter: how many entries
    the gateway keeps of each topic."""
    with contextlib.ExitStack() as stack:
        ring = getattr(request, "param", RING)
        streams = f'[[topics]]\nfilter = "swarm/#"\nkind = "stream"\nring_entries = {ring}\n'
        gateway = start(shards=2, more=streams, limits=LIMITS)
        port = gateway.url.rsplit(":", 1)[1].split("/")[0]
        networks = [stack.enter_context(BadNetwork(port)) for _ in range(NETWORKS)]
        swarm = swarm_of(CLIENTS, TOPICS, [f"ws://127.0.0.1:{network.port}/ws" for network in networks])
        swarm.wait_ready()
        feed = feed_of(gateway)

        def publish(number):
            feed.send(*({"topic": f"swarm/{topic}", "data": {"n": number}} for topic in range(TOPICS)))

        source = stack.enter_context(Source(publish, INTERVAL_S))
        swarm.wait_reached(1)
        yield swarm, source, networks


def finish(swarm, source):
    swarm.wait_reached(source.stop())
    print(swarm.latest)
    swarm.assert_nothing_is_wrong()
    swarm.assert_there_are_no_gaps()


def times_back(swarm, before):
    """After how many seconds half, 99 % and all have come back who were dropped when there had been `before` arrivals."""
    began = time.monotonic()
    times = []
    for share, seconds in ((0.5, BACK_S), (0.99, BACK_S), (1, 2 * BACK_S)):
        wanted = share * CLIENTS
        left = seconds - (time.monotonic() - began)
        swarm.wait(lambda said: said["arrivals"] >= before + wanted and said["ready"] >= wanted, f"{share} are back", left)
        times.append(time.monotonic() - began)
    return times


def test_all_are_dropped_at_once_and_come_back_with_everything(storm):
    swarm, source, networks = storm
    before = swarm.latest["arrivals"]
    for network in networks:
        network.do("reset")
    half, most, all_ = times_back(swarm, before)
    print(f"{CLIENTS} clients were dropped: half are back after {half:.1f} s, 99 % after {most:.1f} s, all after {all_:.1f} s")
    finish(swarm, source)


def test_a_network_that_lets_nobody_in_for_a_while_does_no_more(storm):
    swarm, source, networks = storm
    before = swarm.latest["arrivals"]
    for network in networks:
        network.do("refuse on", "reset")
    swarm.wait(lambda said: said["ready"] == 0, "all are gone", PATIENCE_S)
    number = source.number
    swarm.wait(lambda _: source.number >= number + 3, "something is published meanwhile", PATIENCE_S)
    for network in networks:
        network.do("refuse off")
    half, most, all_ = times_back(swarm, before)
    print(f"{CLIENTS} clients were let in again: half after {half:.1f} s, 99 % after {most:.1f} s, all after {all_:.1f} s")
    finish(swarm, source)


@pytest.mark.parametrize("storm", [SHORT_RING], indirect=True)
def test_who_is_away_for_longer_than_the_ring_reaches_is_told_what_is_missing(storm):
    swarm, source, networks = storm
    for network in networks:
        network.do("refuse on", "reset")
    swarm.wait(lambda said: said["ready"] == 0, "all are gone", PATIENCE_S)
    number = source.number
    swarm.wait(lambda _: source.number >= number + 2 * SHORT_RING, "more is published than the ring keeps", PATIENCE_S)
    for network in networks:
        network.do("refuse off")
    number = source.stop()
    swarm.wait_reached(number)
    print(swarm.latest)
    swarm.assert_nothing_is_wrong()
    for found in (swarm.latest["received"], swarm.latest["told"]):
        assert found["gaps"] >= CLIENTS
        assert found["entries"] + found["in_gaps"] == CLIENTS * number


@pytest.mark.parametrize("fault", ["freeze", "blackhole up", "blackhole down"])
def test_a_network_that_stands_still_for_seconds_loses_nothing(storm, fault):
    swarm, source, networks = storm
    before = swarm.latest["arrivals"]
    for network in networks:
        network.do(fault)
    number = source.number
    swarm.wait(lambda _: source.number >= number + 3, "something is published meanwhile", PATIENCE_S)
    for network in networks:
        network.do("thaw")
    finish(swarm, source)
    assert swarm.latest["arrivals"] == before, "nobody had to come back"


def test_the_end_of_what_clients_send_is_the_end_of_their_connections(storm):
    swarm, source, networks = storm
    before = swarm.latest["arrivals"]
    for network in networks:
        network.do("half_close")
    times_back(swarm, before)
    finish(swarm, source)


def test_bytes_in_small_pieces_and_late_are_the_same_bytes(storm):
    swarm, source, networks = storm
    for network in networks:
        network.do(SPLIT, "delay 20", "jitter 30")
    number = source.number
    swarm.wait_reached(number + 3)
    for network in networks:
        network.do("reset")  # and now those of handshakes
    finish(swarm, source)
