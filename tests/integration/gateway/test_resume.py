"""Coming back with `from` loses nothing."""
import pytest

from follower import Follower
from weir_client import pump


def read_to(follower, wanted):
    def is_done():
        follower.take()
        return all(follower.last.get(topic) == number for topic, number in wanted.items())

    assert pump([follower.client], is_done), (follower.last, wanted)


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_nothing_is_lost_after_silence_nor_of_a_topic_born_while_away(start, connect, feed_of, shards):
    gateway = start(shards=shards)
    feed = feed_of(gateway)
    feed.publish("quotes/old", 1, 2, 3)
    client = connect(gateway)
    client.subscribe("quotes/+", delivery="all")
    silent = Follower(client, "all")
    client.until(lambda message: message.get("op") == "topic" and silent.on(message) is None)
    assert silent.positions["quotes/old"]["offset"] == 3  # nothing came, and still it is known where to go on
    client.end()

    feed.publish("quotes/old", 4, 5)
    for number in range(8):  # on several shards
        feed.publish(f"quotes/born{number}", 1, 2)
    back = connect(gateway)
    resumed = Follower(back, "all")
    resumed.last = {"quotes/old": 3}
    back.subscribe("quotes/+", delivery="all", **{"from": silent.positions})
    read_to(resumed, {"quotes/old": 5, **{f"quotes/born{number}": 2 for number in range(8)}})
    assert (resumed.count, resumed.lost) == (2 + 16, 0)

    # And once more while entries come: what was read is not sent again, what was not is.
    positions, last = dict(resumed.positions), dict(resumed.last)
    back.end()
    feed.publish("quotes/old", *range(6, 30))
    again = connect(gateway)
    third = Follower(again, "all")
    third.last = last
    again.subscribe("quotes/+", delivery="all", **{"from": positions})
    feed.publish("quotes/old", *range(30, 60))
    read_to(third, {"quotes/old": 59})
    assert (third.count, third.lost) == (54, 0)


@pytest.mark.parametrize("shards", [1, 4])
def test_what_fell_off_the_ring_is_told_exactly(start, connect, feed_of, shards):
    gateway = start(shards=shards, more='[[topics]]\nfilter = "#"\nring_entries = 10\n')
    feed = feed_of(gateway)
    feed.publish("quotes/A", 1)
    client = connect(gateway)
    client.subscribe("quotes/A", delivery="all", history=1)
    first = Follower(client, "all")
    read_to(first, {"quotes/A": 1})
    client.end()
    feed.publish("quotes/A", *range(2, 101))
    back = connect(gateway)
    second = Follower(back, "all")
    second.last = {"quotes/A": 1}
    second_topics = back.request("subscribe", filter="quotes/A", delivery="all", **{"from": first.positions})
    assert second_topics["ok"]

    def is_done():
        while back.messages:
            message = back.messages.popleft()
            if message.get("op") == "topic":
                # The position that was brought counts, not the one that the introduction tells.
                second.on(message)
                second.positions = {"quotes/A": dict(first.positions["quotes/A"])}
            else:
                second.on(message)
        return second.last["quotes/A"] == 100

    assert pump([back], is_done), second.last
    assert second.count <= 10 and second.count + second.lost == 99


def test_a_position_of_another_gateway_is_told_as_a_new_epoch(start, connect, feed_of):
    gateway = start()
    feed_of(gateway).publish("quotes/A", 1, 2, 3)
    client = connect(gateway)
    client.subscribe("quotes/A", delivery="all", **{"from": {"quotes/A": {"epoch": "zzzz", "offset": 2}}})
    seen = client.until(lambda message: message.get("d") == 3)
    gap = next(message for message in seen if message.get("op") == "gap")
    assert gap["cause"] == "epoch" and "from" not in gap
    assert [message["d"] for message in seen if "d" in message] == [1, 2, 3]
