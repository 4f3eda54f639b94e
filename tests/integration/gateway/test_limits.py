"""Limits on the real program: what the operator changes while it runs, and what is counted of them."""
import json
import time

import pytest

from weir_client import CLOSE, PING, PONG, TEXT, Client, parse, pump
from weir_process import IS_SANITIZED, wait_until

RINGS = """
[[topics]]
filter = "ticks/#"
ring_entries = 32
"""
ENTRIES = 600 if IS_SANITIZED else 3000


class CountingClient(Client):
    """Adds up what it is told of deliveries, with the bytes of their frames. Answers pings after `pong_delay_s`."""

    def __init__(self, url, pong_delay_s=0):
        self.deliveries = self.bytes_of_deliveries = self.conflated = self.gaps = self.lost = 0
        self.last = None
        self.limits = []
        self.pong_delay_s = pong_delay_s
        super().__init__(url)

    def _on_frame(self, first, payload):
        if first & 0x0F == PING:
            time.sleep(self.pong_delay_s)
        super()._on_frame(first, payload)
        if first & 0x0F != TEXT:
            return
        message = parse(payload)
        if message.get("op") == "gap":
            self.gaps += 1
            self.lost += message["lost"]
        elif message.get("op") == "limits":
            self.limits.append(message)
        elif "op" not in message and "t" in message:
            self.deliveries += 1
            self.bytes_of_deliveries += len(payload) + (2 if len(payload) < 126 else 4)
            self.conflated += message.get("c", 0)
            self.last = message.get("d", self.last)


@pytest.fixture
def count():
    """Opens counting clients; the end of the test closes them."""
    clients = []

    def open_one(gateway, **options):
        clients.append(CountingClient(gateway.url, **options))
        return clients[-1]

    yield open_one
    for client in clients:
        client.end()


def sessions_of(gateway):
    return {one["session"]: one for one in json.loads(gateway.get("/admin/sessions"))["sessions"]}


@pytest.mark.parametrize("shards", [1, 2])
def test_metrics_and_sessions_agree_with_what_clients_counted(start, count, feed_of, shards):
    gateway = start(shards=shards, more=RINGS)
    wanted = {
        "fast": ({}, {"delivery": "latest", "counts": True}),
        "throttled": ({"messages_per_s": 2}, {"delivery": "latest", "counts": True}),
        "gated": ({}, {"delivery": "latest", "counts": True, "max_rate": 5}),
        "overflowing": ({"bytes_per_s": 3000}, {"delivery": "all"}),
    }
    clients, ids = {}, {}
    for name, (limits, options) in wanted.items():
        clients[name] = count(gateway)
        ids[name] = clients[name].request("connect", **limits)["session"]
        clients[name].subscribe("ticks/A", **options)
    feed = feed_of(gateway)
    for first in range(0, ENTRIES, 100):  # with pauses in which some of it is delivered
        feed.publish("ticks/A", *range(first, first + 100))
        pump(clients.values(), lambda: False, 0.05)
    is_done = pump(clients.values(), lambda: all(client.last == ENTRIES - 1 for client in clients.values()))
    assert is_done, {name: client.last for name, client in clients.items()}

    for name in ("fast", "throttled", "gated"):
        assert clients[name].deliveries + clients[name].conflated == ENTRIES, name
    assert clients["throttled"].conflated > 0 and clients["gated"].conflated > 0
    assert clients["overflowing"].gaps > 0
    assert clients["overflowing"].deliveries + clients["overflowing"].lost == ENTRIES

    def total(attribute):
        return sum(getattr(client, attribute) for client in clients.values())

    assert gateway.metric("weir_session_conflated_entries_total") == total("conflated")
    assert gateway.metric("weir_session_gaps_total") == total("gaps")
    assert gateway.metric("weir_session_lost_entries_total") == total("lost")
    assert gateway.metric("weir_session_deliveries_total") == total("deliveries")
    assert gateway.metric("weir_session_delivery_bytes_total") == total("bytes_of_deliveries")
    assert gateway.metric("weir_session_delivery_age_seconds_count") == total("deliveries")
    listed = sessions_of(gateway)
    for name, client in clients.items():
        one = listed[ids[name]]
        assert one["delivered_messages"] == client.deliveries, name
        assert one["delivered_bytes"] == client.bytes_of_deliveries, name
        assert (one["conflated"], one["gaps"], one["lost"]) == (client.conflated, client.gaps, client.lost), name
        assert one["behind"] == {"cells": 0, "ms": 0}, name
    throttled = sum(one["throttled_s"] for one in listed.values())
    assert gateway.metric("weir_session_throttled_seconds_total") == pytest.approx(throttled)
    for name in ("throttled", "overflowing"):
        assert listed[ids[name]]["throttled_s"] > 0, name
    for name in ("fast", "gated"):
        assert listed[ids[name]]["throttled_s"] == 0, name


def test_a_session_that_is_behind_is_listed_first_and_restricted_while_it_runs(start, count, feed_of):
    gateway = start(shards=2)
    clients = [count(gateway) for _ in range(6)]
    ids = [client.request("connect")["session"] for client in clients]
    assert len(set(ids)) == len(ids)
    for client in clients:
        client.subscribe("ticks/A")
    slow, path = clients[3], f"/admin/sessions/{ids[3]}"
    status, body = gateway.ask("PATCH", path, {"messages_per_s": 0.1})
    assert status == 200 and json.loads(body)["ceilings"]["messages_per_s"] == 0.1, body
    feed = feed_of(gateway)
    for number in range(20):
        feed.publish("ticks/A", number)
    assert pump(clients, lambda: all(client.last == 19 for client in clients if client is not slow))
    assert [limits["messages_per_s"] for limits in slow.limits] == [0.1]
    assert slow.deliveries <= 2  # its burst, and one that may overdraw it
    first = json.loads(gateway.get("/admin/sessions?sort=behind&limit=2"))
    assert first["total"] == 6 and len(first["sessions"]) == 2
    assert first["sessions"][0]["session"] == ids[3]
    assert first["sessions"][0]["behind"]["cells"] == 1 and first["sessions"][0]["behind"]["ms"] > 0

    status, body = gateway.ask("PATCH", path, {"messages_per_s": 3, "bytes_per_sec": 1})
    assert status == 400 and "bytes_per_sec: is no limit" in body
    assert sessions_of(gateway)[ids[3]]["ceilings"]["messages_per_s"] == 0.1, "all of a change or nothing"
    status, _ = gateway.ask("PATCH", path, {"messages_per_s": None})
    assert status == 200
    assert pump([slow], lambda: slow.last == 19), "the ceiling is gone"
    assert [limits["messages_per_s"] for limits in slow.limits] == [0.1, 0]

    status, _ = gateway.ask("DELETE", path)
    assert status == 200
    goodbye = slow.until(lambda message: message.get("op") == "goodbye")[-1]
    assert (goodbye["code"], goodbye["reason"]) == (4503, "forbidden") and "retry_ms" not in goodbye
    while slow.closed is None:
        slow.read()
    assert slow.closed == (4503, "forbidden")
    slow.frame(CLOSE, (4503).to_bytes(2, "big"))
    wait_until(lambda: gateway.ask("GET", path)[0] == 404, "it has ended")
    assert gateway.ask("PATCH", path, {"messages_per_s": 1})[0] == 404
    assert clients[0].request("ping")["ok"], "others go on"


def test_what_an_operator_cannot_do_to_a_session(start, connect):
    gateway = start()
    path = "/admin/sessions/" + connect(gateway).request("connect")["session"]
    assert gateway.ask("PATCH", path, {"bytes_per_s": 1}, **{"Content-Type": "text/plain"})[0] == 415
    assert gateway.ask("DELETE", path, **{"Content-Type": "text/plain"})[0] == 415
    assert gateway.ask("DELETE", path, Origin="https://evil.example")[0] == 403
    assert gateway.ask("POST", path, {})[0] == 405
    assert gateway.ask("GET", "/admin/sessions?sort=size")[0] == 400
    assert gateway.ask("GET", path)[0] == 200


def test_the_round_trip_is_measured_of_silent_clients_and_of_those_that_speak(start, count):
    gateway = start()
    far, busy = count(gateway, pong_delay_s=0.1), count(gateway)
    ids = [client.request("connect", heartbeat_ms=1000)["session"] for client in (far, busy)]

    def is_measured():
        busy.tell(op="ack", bytes=0)
        pump([far, busy], lambda: False, 0.2)
        listed = sessions_of(gateway)
        return all(listed[one]["round_trip_ms"] is not None for one in ids) and listed

    listed = wait_until(is_measured, "both were asked and have answered")
    assert listed[ids[0]]["round_trip_ms"] >= 100
    far.frame(PONG, b"nobody asked")
    assert far.request("ping")["ok"]
    assert gateway.metric("weir_session_round_trip_seconds_count") >= 2
    assert gateway.metric("weir_session_round_trip_seconds_sum") >= 0.1
