"""A feeder that writes CBOR: frames with their length, for everything that lines of JSON can say."""
import socket
import struct

import cbor2

from weir_process import PATIENCE_S

CBOR_FEED = """
[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"
format = "cbor"
topics = ["quotes/#", "orders/#", "chat/#"]
upstream = true
"""


class CborFeed:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.file = self.socket.makefile("rb")

    def send(self, *entries):
        self.send_frames(*(cbor2.dumps(entry) for entry in entries))

    def send_frames(self, *frames):
        self.socket.sendall(b"".join(struct.pack(">I", len(frame)) + frame for frame in frames))

    def answer(self):
        (size,) = struct.unpack(">I", self.file.read(4))
        return cbor2.loads(self.file.read(size))

    def end(self):
        self.file.close()
        self.socket.close()


def test_entries_of_all_kinds_arrive_and_are_acknowledged(start, connect):
    gateway = start(adapters=CBOR_FEED)
    feed = CborFeed(gateway.feed_port)
    feed.send(
        {"topic": "quotes/a", "data": {"bid": 1.1, "size": 1 << 60}, "id": 1},
        {"topic": "quotes/bytes", "data": b"\0\xff", "id": 2},
        {"topic": "orders/1", "fields": {"price": 10, "old": None}, "id": 3},
        {"topic": "orders/all", "key": "row1", "fields": {"price": 11}, "id": 4},
        {"topic": "orders/all", "key": "row2", "fields": {}, "id": 5},
        {"topic": "orders/all", "key": "row1", "delete": True, "id": 6},
    )
    feed.send_frames(b"")  # nothing, as a blank line is
    assert sorted(feed.answer()["ack"] for _ in range(6)) == [1, 2, 3, 4, 5, 6]
    client = connect(gateway)
    for filter_, state in (
        ("quotes/a", {"bid": 1.1, "size": 1 << 60}),
        ("quotes/bytes", {"b64": "AP8="}),
        ("orders/1", {"price": 10}),
        ("orders/all", {"row2": {}}),
    ):
        client.subscribe(filter_)
        assert client.until(lambda message: "d" in message)[-1]["d"] == state
    feed.end()


def test_what_is_bad_is_told_and_the_feed_goes_on(start):
    gateway = start(adapters=CBOR_FEED, limits="feed_line_bytes = 1024\nentry_bytes = 1024")
    feed = CborFeed(gateway.feed_port)
    cases = [
        (b"\xff", "bad_request"),
        (cbor2.dumps({"topic": "quotes/a", "data": [b"\0"]}), "bad_request"),
        (cbor2.dumps({"topic": "quotes/a"}), "bad_request"),
        (cbor2.dumps({"topic": "quotes/a", "data": 1}) + b"\0", "bad_request"),
        (cbor2.dumps({"topic": "quotes/a", "data": "x" * 2000}), "too_big"),
    ]
    for number, (frame, code) in enumerate(cases, 1):
        feed.send_frames(frame)
        told = feed.answer()
        assert (told["error"]["code"], told["line"]) == (code, number), (frame, told)
    feed.send({"topic": "quotes/a", "id": 7})
    assert feed.answer()["nack"] == 7
    # Four gigabytes are declared: told at once, skipped without a buffer for them.
    before = gateway.private_kib()
    feed.socket.sendall(b"\xff\xff\xff\xff" + 1000 * b"x")
    assert feed.answer()["error"]["code"] == "too_big"
    assert gateway.private_kib() < before + 8 * 1024
    feed.end()
    again = CborFeed(gateway.feed_port)
    again.send({"topic": "quotes/a", "data": 1, "id": 1})
    assert again.answer() == {"ack": 1}
    again.end()


def test_what_clients_publish_goes_to_the_feeder_as_cbor(start, connect):
    gateway = start(adapters=CBOR_FEED)
    feed = CborFeed(gateway.feed_port)
    feed.send({"topic": "quotes/a", "data": 1, "id": 1})
    feed.answer()
    client = connect(gateway)
    for content, wanted in (
        ({"data": {"qty": 1.5}}, {"data": {"qty": 1.5}}),
        ({"data": {"b64": "AP8="}}, {"data": b"\0\xff"}),
        ({"fields": {"a": 1, "b": None}, "key": "row", "mid": "m1"}, {"fields": {"a": 1, "b": None}, "key": "row", "mid": "m1"}),
        ({"delete": True}, {"delete": True}),
    ):
        client.last_id += 1
        client.tell(op="publish", id=client.last_id, topic="chat/x", **content)
        line = feed.answer()
        number = line.pop("id")
        assert line == {"topic": "chat/x", **wanted}
        feed.send({"ack": number})
        reply = client.until(lambda message: message.get("re") == client.last_id)[-1]
        assert reply["ok"], reply
    feed.end()
