"""One topic, many subscribers, as fast as the feed takes it."""
import json
import threading

import pytest

from bad_network import THROUGH
from follower import Follower
from weir_client import pump
from weir_process import IS_SANITIZED, PATIENCE_S

SUBSCRIBERS = 200
ENTRIES = 50 if THROUGH else 1000 if IS_SANITIZED else 5000


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_all_get_everything_or_exact_gaps_and_latest_ends_on_the_last(start, connect, feed_of, shards):
    gateway = start(shards=shards)
    followers = []
    for number in range(SUBSCRIBERS):
        # Some read through a small buffer, so that they fall behind.
        client = connect(gateway, receive_buffer=4096 if number % 10 == 0 else None)
        delivery = "all" if number % 2 == 0 else "latest"
        client.subscribe("quotes/A", delivery=delivery)
        followers.append(Follower(client, delivery))
    lines = b"".join(
        json.dumps({"topic": "quotes/A", "data": {"n": number, "pad": "x" * 50}}).encode() + b"\n"
        for number in range(1, ENTRIES + 1)
    )
    feed = feed_of(gateway)
    feeder = threading.Thread(target=feed.send_bytes, args=[lines])
    feeder.start()

    def are_done():
        for follower in followers:
            follower.take()
        return all(follower.last.get("quotes/A") == ENTRIES for follower in followers)

    is_done = pump([follower.client for follower in followers], are_done, 3 * PATIENCE_S)
    feeder.join()
    behind = {index: follower.last for index, follower in enumerate(followers) if follower.last.get("quotes/A") != ENTRIES}
    assert is_done, behind
    for follower in followers:
        if follower.delivery == "all":
            assert follower.count + follower.lost == ENTRIES
    assert gateway.metric('weir_adapter_published_entries_total{adapter="feed"}') == ENTRIES
    told = sum(follower.lost for follower in followers)
    assert gateway.metric("weir_session_lost_entries_total") == told


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_a_wildcard_and_an_exact_filter_deliver_each_entry_once(start, connect, feed_of, shards):
    gateway = start(shards=shards)
    client = connect(gateway)
    client.subscribe("quotes/+", delivery="all")
    client.subscribe("quotes/A", delivery="all")
    client.subscribe("#", delivery="latest")
    follower = Follower(client, "all")
    feed = feed_of(gateway)
    for number in range(1, 101):
        feed.publish("quotes/A", number)
    client.request("ping")

    def is_done():
        follower.take()
        return follower.last.get("quotes/A") == 100

    assert pump([client], is_done), follower.last
    assert (follower.count, follower.lost) == (100, 0)
