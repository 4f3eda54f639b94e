"""weir.v1.cbor from outside: the same protocol, to a CBOR library that is not ours."""
import asyncio
import base64
import functools
import json
import pathlib
import random

import cbor2
import pytest
import websockets

from test_patches import Holder, document
from test_patches import step as change_document
from test_records import Fold
from test_records import step as change_orders
from weir_client import BINARY, TEXT, Client, pump
from weir_process import IS_SANITIZED, PATIENCE_S, run

VECTORS = pathlib.Path(__file__).parents[2] / "vectors" / "cbor.json"
ROUNDS = 100 if IS_SANITIZED else 400


@functools.lru_cache(maxsize=1 << 12)
def parse(payload):
    return cbor2.loads(payload)


class CborClient(Client):
    subprotocol, data_opcode = "weir.v1.cbor", BINARY

    @staticmethod
    def encode(message):
        return cbor2.dumps(message)

    @staticmethod
    def decode(payload):
        return parse(payload)


@pytest.fixture
def connect_cbor():
    clients = []

    def connect_one(gateway, **options):
        clients.append(CborClient(gateway.url, **options))
        return clients[-1]

    yield connect_one
    for client in clients:
        client.end()


def seeded():
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    return random.Random(seed)


def anything(random_, depth):
    """Any JSON value that Python's reader of JSON and a CBOR reader have to read the same."""
    kind = random_.randrange(5 if depth == 0 else 7)
    if kind == 0:
        return random_.choice([None, True, False, "", [], {}])
    if kind == 1:
        return random_.randrange(-(1 << 63), 1 << 64) >> random_.randrange(64)
    if kind == 2:
        small_or_large = random_.random() * 10.0 ** random_.randrange(-320, 300)
        return random_.choice([random_.uniform(-1e3, 1e3), small_or_large, 0.5, 1.0, -0.0])
    if kind in (3, 4):
        letters = random_.choice(["ab", "\"\\\n\t\0\x1f\x7f/", "aé水\U0001f600"])
        return "".join(random_.choice(letters) for _ in range(random_.choice([1, 5, 23, 24, 60])))
    size = random_.choice([0, 1, 3, 23, 24, 40]) if depth == 1 else random_.randrange(5)
    if kind == 5:
        return [anything(random_, depth - 1) for _ in range(size)]
    return {f"{number}é\"": anything(random_, depth - 1) for number in range(size)}


def test_the_vectors_say_the_same_to_another_library():
    rows = [row for row in json.loads(VECTORS.read_text(encoding="utf-8")) if "json" in row]
    assert len(rows) > 70
    for row in rows:
        assert cbor2.loads(bytes.fromhex(row["cbor"])) == json.loads(row["json"]), row


@pytest.mark.parametrize("offered", [["weir.v1.cbor"], ["weir.v1.json", "weir.v1.cbor"]])
def test_a_client_of_other_libraries_connects_publishes_and_gets_bytes_as_bytes(start, connect, offered):
    gateway = start()
    reader = connect(gateway)
    reader.subscribe("chat/#", delivery="all")

    async def talk():
        seen = []
        async with websockets.connect(gateway.url, subprotocols=offered) as socket:
            assert socket.subprotocol == "weir.v1.cbor"

            async def ask(**request):
                await socket.send(cbor2.dumps(request))
                while True:
                    data = await asyncio.wait_for(socket.recv(), PATIENCE_S)
                    assert isinstance(data, bytes)
                    seen.append(cbor2.loads(data))
                    if seen[-1].get("re") == request["id"]:
                        return seen[-1]

            connected = await ask(op="connect", id=1, heartbeat_ms=5000.0, messages_per_s=50.5)
            assert connected["ok"] and connected["heartbeat_ms"] == 5000
            assert connected["limits"]["messages_per_s"] == 50.5
            assert (await ask(op="subscribe", id=2, filter="chat/#", delivery="all"))["ok"]
            for number, data in enumerate([b"\x00\xff", b"", {"b64": "AP8="}, {"price": 1.1}, b"x" * 300]):
                assert (await ask(op="publish", id=10 + number, topic="chat/lobby", data=data))["offset"] == number + 1
            refused = await ask(op="publish", id=20, topic="chat/lobby", data=[b"\x00"])
            assert refused["error"]["code"] == "bad_request" and "byte string" in refused["error"]["message"]
            await ask(op="limit", id=21, bytes_per_s=100_000)
            assert (await ask(op="ping", id=22))["time"].endswith("Z")
            return seen

    deliveries = [message["d"] for message in asyncio.run(talk()) if "d" in message]
    assert deliveries == [b"\x00\xff", b"", b"\x00\xff", {"price": 1.1}, b"x" * 300]
    told = [reader.until(lambda message: "d" in message)[-1]["d"] for _ in deliveries]
    assert told == [
        {"b64": base64.b64encode(data).decode()} if isinstance(data, bytes) else data for data in deliveries
    ]


def test_what_sources_and_clients_publish_is_the_same_in_both_codecs(start, connect, connect_cbor, feed_of):
    random_ = seeded()
    ring = '[[topics]]\nfilter = "#"\nkind = "stream"\nring_entries = 4096\nring_bytes = "64MiB"\n'
    gateway = start(more=ring, limits="publishes_per_s = 10000\npublishes_burst = 10000")
    feed = feed_of(gateway)
    clients = [connect(gateway), connect_cbor(gateway)]
    for client in clients:
        client.subscribe("#", delivery="all")
    values = [anything(random_, 2) for _ in range(ROUNDS)]
    feed.publish("quotes/a", *values)
    for value in values:
        reply = clients[1].request("publish", topic="chat/a", data=value)
        assert reply["ok"], (reply, value)
    read = [[], []]

    def have_all():
        for client, seen in zip(clients, read):
            seen += [message for message in client.messages if "d" in message]
            client.messages.clear()
        return all(len(seen) == 2 * len(values) for seen in read)

    assert pump(clients, have_all)
    for of_json, of_cbor, value in zip(*read, values + values):
        assert of_json == of_cbor
        assert of_json["d"] == value


def scenarios(epochs):
    """Requests, of which every answer and event has to be the same in both codecs."""
    value = {"a/value": {"epoch": epochs["a/value"], "offset": 1}}
    stream = {"a/stream": {"epoch": epochs["a/stream"], "offset": 2}}
    yield {"op": "subscribe", "filter": "a/+"}
    yield {"op": "subscribe", "filter": "a/value", "from": value, "ts": True, "counts": True}
    yield {"op": "subscribe", "filter": "a/stream", "delivery": "all", "history": 3}
    yield {"op": "subscribe", "filter": "a/stream", "delivery": "all", "from": stream}
    yield {"op": "subscribe", "filter": "a/stream", "from": {"a/stream": {"epoch": "other", "offset": 2}}}
    yield {"op": "subscribe", "filter": "a/record", "fields": ["bid"]}
    yield {"op": "subscribe", "filter": "a/table", "delivery": "all"}
    yield {"op": "subscribe", "filter": "a/bytes"}
    yield {"op": "subscribe", "filter": "nobody/#", "max_rate": 0.5}
    yield {"op": "subscribe", "filter": "a/+", "max_rat": 5}
    yield {"op": "subscribe", "filter": "a//b"}
    yield {"op": "subscribe", "filter": 7}
    yield {"op": "publish", "topic": "a/value", "data": 1}
    yield {"op": "publish", "topic": "chat/a", "data": 1, "delete": True}
    yield {"op": "limit", "bytes_per_s": 10_000_000, "max_delay_ms": 5}
    yield {"op": "positions", "from": stream}
    yield {"op": "nonsense"}


def without_spelling(message):
    """As CBOR says it."""
    data = message.get("d")
    if isinstance(data, dict) and list(data) == ["b64"]:
        return {**message, "d": base64.b64decode(data["b64"])}
    return message


def test_every_answer_and_event_is_the_same_in_both_codecs(start, connect, connect_cbor, feed_of):
    gateway = start(more='[[topics]]\nfilter = "a/stream"\nkind = "stream"\nring_entries = 8\n')
    feed = feed_of(gateway)
    feed.publish("a/value", {"bid": 1.10}, {"bid": 12345678901234567, "text": "é\n"})
    feed.publish("a/stream", *range(20))
    feed.publish("a/bytes", {"b64": "AAEC/w=="})
    feed.send({"topic": "a/record", "fields": {"bid": 1.5, "ask": None, "note": "x"}})
    feed.send({"topic": "a/table", "key": "row1", "fields": {"price": 1}}, {"topic": "a/table", "key": "row2", "fields": {"price": 2}})
    feed.send({"topic": "a/table", "key": "row1", "delete": True, "id": 1})
    feed.answer()
    first = connect(gateway)
    first.subscribe("a/+")
    topics = [message for message in first.until(lambda message: message.get("op") == "ready") if message.get("op") == "topic"]
    epochs = {message["topic"]: message["epoch"] for message in topics}
    assert len(epochs) == 5
    for request in scenarios(epochs):
        told = []
        for client in (connect(gateway), connect_cbor(gateway)):
            client.tell(id=1, **request)
            client.tell(op="ping", id=2)
            seen = client.until(lambda message: message.get("re") == 2)
            if seen[0].get("ok") and request["op"] == "subscribe":
                while not any(message.get("op") == "ready" for message in seen):
                    seen.append(client.next())
            told.append(sorted((without_spelling(message) for message in seen if message.get("re") != 2), key=repr))
        assert told[0] == told[1], request


def test_state_changes_and_patches_lead_every_client_to_what_the_source_has(start, connect, connect_cbor, feed_of):
    random_ = seeded()
    gateway = start(shards=2)
    feed = feed_of(gateway)
    orders, value = {"orders/1": {}, "orders/all": {}}, document()
    feed.publish("a", value)
    feed.send(*(change_orders(random_, orders) for _ in range(50)))
    clients = [connect_cbor(gateway, receive_buffer=4096 if number == 1 else None) for number in range(4)]
    clients.append(connect(gateway))
    for number, client in enumerate(clients):
        client.subscribe("orders/+", delivery="all" if number == 2 else "latest")
    holders = [Holder(connect_cbor(gateway)), Holder(connect_cbor(gateway, receive_buffer=4096)), Holder(connect(gateway))]
    for holder in holders:
        holder.client.subscribe("a", delivery="latest", delta="patch")
    for _ in range(ROUNDS):
        feed.send(change_orders(random_, orders))
        change_document(random_, value)
        feed.send({"topic": "a", "data": value})
    feed.send({"topic": "orders/1", "fields": {"end": 1}}, {"topic": "orders/all", "key": "end", "fields": {"end": 1}})
    orders["orders/1"]["end"] = 1
    orders["orders/all"]["end"] = {"end": 1}
    names, folds = [{} for _ in clients], [{"orders/1": Fold(), "orders/all": Fold()} for _ in clients]

    def are_done():
        for client, known, fold in zip(clients, names, folds):
            while client.messages:
                message = client.messages.popleft()
                if message.get("op") == "topic":
                    known[message["t"]] = message["topic"]
                elif "t" in message and "op" not in message:
                    fold[known[message["t"]]].apply(message)
        for holder in holders:
            holder.take()
        have_orders = all(
            fold["orders/1"].state.get("end") == 1 and "end" in fold["orders/all"].state and fold["orders/all"].is_whole
            for fold in folds
        )
        return have_orders and all(holder.value["n"] == value["n"] for holder in holders)

    assert pump(clients + [holder.client for holder in holders], are_done, 2 * PATIENCE_S)
    for fold in folds:
        assert {topic: one.state for topic, one in fold.items()} == orders
    for holder in holders:
        assert holder.value == value and holder.patches > 0


def test_a_client_that_comes_back_with_its_positions_gets_what_it_missed(start, connect_cbor, feed_of):
    gateway = start(more='[[topics]]\nfilter = "#"\nkind = "stream"\n')
    feed = feed_of(gateway)
    feed.publish("quotes/a", 1, 2, 3)
    client = connect_cbor(gateway)
    client.subscribe("quotes/a", delivery="all", history=3)
    seen = client.until(lambda message: message.get("d") == 3)
    epoch, offset = seen[0]["epoch"], seen[-1]["o"]
    client.end()
    feed.publish("quotes/a", 4, 5)
    client = connect_cbor(gateway)
    client.subscribe("quotes/a", delivery="all", **{"from": {"quotes/a": {"epoch": epoch, "offset": float(offset)}}})
    assert [message["d"] for message in client.until(lambda message: message.get("d") == 5) if "d" in message] == [4, 5]


def test_weir_sub_prints_what_cbor_says_as_json(start, feed_of):
    gateway = start()
    feed = feed_of(gateway)
    feed.publish("quotes/a", {"bid": 1.10, "text": "é\n"})
    feed.publish("quotes/b", {"b64": "AAEC/w=="})
    done = run("sub", gateway.url, "quotes/+", "--codec", "cbor", "--count", "2")
    assert done.returncode == 0, done
    assert sorted(done.stdout.splitlines()) == ['quotes/a {"bid":1.1,"text":"é\\n"}', 'quotes/b {"b64":"AAEC/w=="}']


def test_what_is_no_cbor_is_told_and_ten_times_ends_the_connection(start, connect_cbor):
    gateway = start()
    client = connect_cbor(gateway)
    cases = [
        (b"", None),
        (b"\x80", None),
        (cbor2.dumps({"op": "ping", "id": 1}) + b"\0", 1),
        (cbor2.dumps({"id": 2, "op": "ping"})[:-1], 2),
        (b"\xa2\x62id\x03\x62id\x04", None),
        (b"\xa2\x62id\x05\x62op\xf7", 5),
        (b"\xa2\x62id\x06\x62op\x9b" + 8 * b"\xff", 6),
        (b"\xa2\x62id\x07\x62op" + 40 * b"\x81" + b"\x80", 7),
        (b"\xa2\x62id\x08\x62op\x61\xff", 8),
    ]
    for message, number in cases:
        client.frame(BINARY, message)
        told = client.next()
        assert told["error"]["code"] == "bad_request" and told["error"]["message"].startswith("byte "), (message, told)
        assert (told.get("re"), told.get("op")) == (number, None if number else "error"), (message, told)
    assert client.request("ping")["ok"]
    client.frame(BINARY, b"\xff")
    while client.closed is None:
        client.read()
    assert client.closed == (4500, "bad_requests")


def test_a_frame_of_the_other_sort_ends_the_connection(start, connect, connect_cbor):
    gateway = start()
    for client, opcode, message in (
        (connect(gateway), BINARY, cbor2.dumps({"op": "ping", "id": 1})),
        (connect_cbor(gateway), TEXT, b'{"op":"ping","id":1}'),
    ):
        client.frame(opcode, message)
        while client.closed is None:
            client.read()
        assert client.closed == (1003, "unsupported_data")
