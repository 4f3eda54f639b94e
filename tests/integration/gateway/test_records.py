"""Records and tables: what a client folds from state and changes is what the source has."""
import random

import pytest

from weir_client import pump
from weir_process import IS_SANITIZED, PATIENCE_S

STEPS = 200 if IS_SANITIZED else 1000
FIELDS = ["bid", "ask", "note", "size"]
ROWS = [f"row{number}" for number in range(30)]


class Fold:
    """What SPEC.md tells a client to do with the deliveries of one topic."""

    def __init__(self):
        self.state, self.offset, self.is_whole = {}, None, False

    def apply(self, delivery):
        assert "b" not in delivery or delivery["b"] == self.offset, (delivery, self.offset)
        if "d" in delivery:
            self.state = {key: dict(row) if isinstance(row, dict) else row for key, row in delivery["d"].items()}
        elif delivery.get("x") is True:
            self.state = {}
        for key in delivery["x"] if isinstance(delivery.get("x"), list) else []:
            self.state.pop(key, None)
        for key, fields in delivery.get("k", {}).items():
            change(self.state.setdefault(key, {}), fields)
        change(self.state, delivery.get("f", {}))
        self.offset = delivery["o"]
        self.is_whole = not delivery.get("m", False)


def change(record, fields):
    for name, value in fields.items():
        if value is None:
            record.pop(name, None)
        else:
            record[name] = value


def step(random_, source):
    """Changes the source's own state and returns the line that says so."""
    fields = {name: random_.choice([None, random_.randrange(100)]) for name in random_.sample(FIELDS, 2)}
    if random_.random() < 0.3:
        change(source["orders/1"], fields)
        return {"topic": "orders/1", "fields": fields}
    key = random_.choice(ROWS)
    if random_.random() < 0.2:
        source["orders/all"].pop(key, None)
        return {"topic": "orders/all", "key": key, "delete": True}
    change(source["orders/all"].setdefault(key, {}), fields)
    return {"topic": "orders/all", "key": key, "fields": fields}


@pytest.mark.parametrize("shards", [1, 3])
def test_every_client_ends_with_the_state_of_the_source(start, connect, feed_of, shards):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    random_ = random.Random(seed)
    gateway = start(shards=shards)
    feed = feed_of(gateway)
    source = {"orders/1": {}, "orders/all": {}}
    feed.send(*(step(random_, source) for _ in range(50)))
    clients = [connect(gateway, receive_buffer=4096 if number % 2 else None) for number in range(6)]
    for number, client in enumerate(clients):
        client.subscribe("orders/+", delivery="all" if number % 3 == 0 else "latest")
    for _ in range(STEPS):
        feed.send(step(random_, source))
    feed.send({"topic": "orders/1", "fields": {"end": 1}}, {"topic": "orders/all", "key": "end", "fields": {"end": 1}})
    change(source["orders/1"], {"end": 1})
    source["orders/all"]["end"] = {"end": 1}

    folds = [{} for _ in clients]

    def are_done():
        for client, fold in zip(clients, folds):
            names = client.__dict__.setdefault("names", {})
            while client.messages:
                message = client.messages.popleft()
                if message.get("op") == "topic":
                    names[message["t"]] = message["topic"]
                elif "t" in message and "op" not in message:
                    fold.setdefault(names[message["t"]], Fold()).apply(message)
        return all(
            fold.get("orders/1", Fold()).state.get("end") == 1 and "end" in fold.get("orders/all", Fold()).state
            and fold["orders/all"].is_whole
            for fold in folds
        )

    assert pump(clients, are_done, 2 * PATIENCE_S)
    for fold in folds:
        assert {topic: one.state for topic, one in fold.items()} == source


def test_the_configured_kind_counts_and_not_the_first_publish(start, connect, feed_of):
    gateway = start(more='[[topics]]\nfilter = "orders/+"\nkind = "table"\n[[topics]]\nfilter = "one/+"\nkind = "record"\n')
    feed = feed_of(gateway)
    refused = [
        {"topic": "orders/1", "data": 7},
        {"topic": "orders/1", "fields": {"price": 7}},
        {"topic": "one/1", "key": "row", "fields": {"price": 7}},
        {"topic": "one/1", "data": [7]},
    ]
    for number, line in enumerate(refused):
        feed.send({**line, "id": number})
        answer = feed.answer()
        assert (answer["nack"], answer["error"]["code"]) == (number, "wrong_kind"), answer
    feed.send({"topic": "orders/1", "key": "row", "fields": {"price": 7}})
    feed.send({"topic": "one/1", "fields": {"price": 8}, "id": 9})
    assert feed.answer() == {"ack": 9}
    client = connect(gateway)
    client.subscribe("+/1")
    kinds, states = {}, {}
    while len(states) < 2:
        message = client.next()
        if message.get("op") == "topic":
            kinds[message["t"]] = message["kind"]
        elif "d" in message:
            states[kinds[message["t"]]] = message["d"]
    assert states == {"table": {"row": {"price": 7}}, "record": {"price": 8}}
