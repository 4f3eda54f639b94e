"""Patches of JSON values: what a client makes of them is what the source has, at a fraction of the bytes."""
import copy
import json
import random

import pytest

from weir_client import pump
from weir_process import IS_SANITIZED

ROUNDS = 10 if IS_SANITIZED else 40
STEPS = 25  # of a round


def document():
    lines = [{"price": 100 + number, "size": 10 * number, "venue": f"venue/{number}"} for number in range(80)]
    book = {"bids": lines, "asks": copy.deepcopy(lines)}
    return {"n": 0, "name": "Acme Corporation", "book~": book, "trades": list(range(30)), "tags": ["a"]}


def step(random_, value):
    """Changes a little of the source's value: most of a book stays as it is."""
    value["n"] += 1
    lines = value["book~"][random_.choice(["bids", "asks"])]
    lines[random_.randrange(5)]["price"] = random_.choice([random_.randrange(200), 12345678901234567890, None])
    if random_.random() < 0.2:
        value["tags"] = [f"tag {number}" for number in range(random_.randrange(5))]
    if random_.random() < 0.1:
        value["book~"]["a/b"] = random_.randrange(10)
    elif random_.random() < 0.1:
        value["book~"].pop("a/b", None)
    if random_.random() < 0.1:
        value["trades"] = value["trades"][1:] + [value["n"]]


def patched(value, operations):
    """RFC 6902, as far as SPEC.md uses it."""
    for operation in operations:
        names = [name.replace("~1", "/").replace("~0", "~") for name in operation["path"].split("/")[1:]]
        if not names:
            value = operation["value"]
            continue
        parent = value
        for name in names[:-1]:
            parent = parent[int(name)] if isinstance(parent, list) else parent[name]
        name = int(names[-1]) if isinstance(parent, list) else names[-1]
        if operation["op"] == "remove":
            del parent[name]
        elif operation["op"] == "add" and isinstance(parent, list):
            parent.insert(name, operation["value"])
        else:
            assert operation["op"] == "add" or isinstance(parent, list) or name in parent, operation
            parent[name] = operation["value"]
    return value


class Holder:
    """What a client holds of the one topic that it follows."""

    def __init__(self, client):
        self.client, self.value, self.offset = client, {"n": 0}, None
        self.patches = self.deliveries = self.bytes = 0

    def take(self):
        while self.client.messages:
            message = copy.deepcopy(self.client.messages.popleft())  # parsed once for all clients
            if "t" not in message or "op" in message:
                continue
            self.deliveries += 1
            self.bytes += len(json.dumps(message, separators=(",", ":")))
            if "j" in message:
                assert message["b"] == self.offset, (message, self.offset)
                self.patches += 1
                self.value = patched(self.value, message["j"])
            else:
                self.value = message["d"]
            self.offset = message["o"]


@pytest.mark.parametrize("shards", [1, 3])
def test_every_client_ends_with_the_value_of_the_source(start, connect, feed_of, shards):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    random_ = random.Random(seed)
    ring = '[[topics]]\nfilter = "a"\nring_entries = 4096\nring_bytes = "64MiB"\n'
    gateway = start(shards=shards, more=ring)
    feed = feed_of(gateway)
    value = document()
    feed.publish("a", value)

    def follow(receive_buffer=None, limits=None, **options):
        client = connect(gateway, receive_buffer=receive_buffer)
        if limits:
            assert client.request("connect", **limits)["ok"]
        client.subscribe("a", delivery="latest", **options)
        return Holder(client)

    slow = {"limits": {"bytes_per_s": 40_000}}
    throttled = follow(delta="patch", **slow)
    whole = follow(**slow)
    holders = [throttled, whole, follow(delta="patch"), follow(delta="patch", max_rate=20), follow(receive_buffer=4096, delta="patch")]
    holders.append(follow(delta="patch", counts=True, ts=True))

    def have(number, some):
        for holder in holders:
            holder.take()
        return all(holder.value["n"] == number for holder in some)

    clients = [holder.client for holder in holders]
    for _ in range(ROUNDS):
        for _ in range(STEPS):
            step(random_, value)
            feed.send({"topic": "a", "data": value})
        assert pump(clients, lambda: have(value["n"], [holders[2]]))
    assert pump(clients, lambda: have(value["n"], holders))
    for holder in holders:
        assert holder.value == value
        print(holder.deliveries, holder.patches, holder.bytes)
        assert (holder.patches > 0) == (holder is not whole)
    per_delivery = [holder.bytes / holder.deliveries for holder in (throttled, whole)]
    assert per_delivery[0] < 0.3 * per_delivery[1], per_delivery
    assert throttled.deliveries > 2 * whole.deliveries  # at the same limit


def test_delta_belongs_to_latest(start, connect):
    client = connect(start())
    for members in ({"delta": "merge"}, {"delta": "patch", "delivery": "all"}):
        reply = client.request("subscribe", filter="a", **members)
        assert reply["error"]["code"] == "bad_request" and '"delta"' in reply["error"]["message"], reply
