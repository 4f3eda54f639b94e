"""A subscriber that stops reading costs little, disturbs nobody and is closed."""
import itertools
import statistics
import time

import pytest

from follower import Follower
from weir_client import pump
from weir_process import IS_SANITIZED, PATIENCE_S, wait_until

GROUPS, GROUP = 4, 5
STALLED = GROUPS * GROUP
PROGRESS_MS = 3000
CLOSES = 'weir_net_closes_total{reason="slow_consumer"}'
PAD = "x" * 1000


def publish_and_read(feed, followers, numbers):
    """Publishes in parts that fit any ring, each read by everybody before the next is sent."""
    numbers = list(numbers)
    for begin in range(0, len(numbers), 32):
        part = numbers[begin : begin + 32]
        feed.send(*({"topic": "quotes/A", "data": {"n": number, "pad": PAD}} for number in part))

        def have_all():
            for follower in followers:
                follower.take()
            return all(follower.last.get("quotes/A") == part[-1] for follower in followers)

        assert pump([follower.client for follower in followers], have_all)


@pytest.mark.parametrize("shards", [1, 2])
def test_it_holds_little_and_is_closed_at_its_deadline_while_others_get_everything(start, connect, feed_of, shards):
    gateway = start(shards=shards, limits=f"write_progress_ms = {PROGRESS_MS}")
    feed = feed_of(gateway)
    readers = [connect(gateway) for _ in range(5)]
    for client in readers:
        client.subscribe("quotes/A", delivery="all")
    followers = [Follower(client, "all") for client in readers]
    number = 0

    def publish(count):
        nonlocal number
        publish_and_read(feed, followers, range(number + 1, number + count + 1))
        number += count

    # Rings, caches and allocators take what they take once, before anybody stalls.
    before, after = 0, gateway.private_kib()
    while after - before > 200:
        assert number < 60000, f"{after} KiB and growing"
        publish(3000)
        before, after = after, gateway.private_kib()

    # One after the other, so that no two hold the same frames.
    stalled = []
    sizes = [after]  # after each group
    began = time.monotonic()
    for index in range(STALLED):
        stalled.append(connect(gateway, receive_buffer=4096))
        stalled[-1].subscribe("quotes/A", delivery="all" if index % 2 else "latest")
        publish(100)
        if (index + 1) % GROUP == 0:
            sizes.append(gateway.private_kib())
    # the median, as an allocator that takes a megabyte for all to come does so in one of the groups
    growth = statistics.median(after - before for before, after in itertools.pairwise(sizes))
    if not IS_SANITIZED:
        assert gateway.metric('weir_net_connections{protocol="websocket"}') == 5 + STALLED
        assert time.monotonic() - began < PROGRESS_MS / 1000
        assert growth / GROUP < 64, f"KiB after each {GROUP} stalled readers: {sizes}"

    while gateway.metric(CLOSES) < STALLED:
        assert time.monotonic() - began < PATIENCE_S
        publish(32)
    assert time.monotonic() - began >= PROGRESS_MS / 1000
    assert gateway.metric(CLOSES) == STALLED
    wait_until(lambda: gateway.metric('weir_net_connections{protocol="websocket"}') == 5, "the stalled are gone")
    assert gateway.log().count("code=4001") >= 1
    # Nobody else was disturbed: every entry came, none was lost, and all are still connected.
    for follower in followers:
        assert follower.client.closed is None
        assert (follower.count, follower.lost) == (number, 0)


def test_one_that_reads_again_in_time_stays_and_is_told_what_it_lost(start, connect, feed_of):
    gateway = start()
    feed = feed_of(gateway)
    reader = connect(gateway)
    reader.subscribe("quotes/A", delivery="all")
    follower = Follower(reader, "all")
    pausing = connect(gateway, receive_buffer=4096)
    pausing.subscribe("quotes/A", delivery="all")
    late = Follower(pausing, "all")
    publish_and_read(feed, [follower], range(1, 3001))
    publish_and_read(feed, [late], range(3001, 3002))
    assert late.lost > 0 and late.count + late.lost == 3001
    assert pausing.closed is None
