"""Server-Sent Events: sessions like those of WebSockets, in another dress."""
import json
import signal
import time

import pytest

from bad_network import THROUGH
from test_tokens import CONFIG, SECRET, token
from weir_process import wait_until

STREAM = """
[[topics]]
filter = "log/#"
kind = "stream"
ring_entries = 50
"""


def is_delivery(event):
    return "t" in event and "op" not in event


def is_ready(event):
    return event.get("op") == "ready"


@pytest.mark.parametrize("shards", [1, 2])
def test_a_stream_gets_what_a_websocket_gets(start, connect, events_of, feed_of, shards):
    gateway = start(shards=shards, more=STREAM)
    feed = feed_of(gateway)
    feed.publish("quotes/A", {"bid": 1.5}, "two\nlines")
    client, events = connect(gateway), events_of(gateway, "quotes/#", "log/+")
    assert events.status == 200 and events.headers["content-type"] == "text/event-stream"
    client.subscribe("quotes/#")
    client.subscribe("log/+")
    feed.send_bytes(b'{"topic":"quotes/B",  "data":[1,\t2 ] ,"id":1}\n')
    assert "ack" in feed.answer()
    feed.send({"topic": "quotes/R", "fields": {"x": 1, "y": 2}}, {"topic": "quotes/R", "fields": {"x": None}})
    feed.publish("log/1", *range(30))
    expected = {"quotes/A": "two\nlines", "quotes/B": [1, 2], "quotes/R": {"y": 2}}
    for one in (client, events):
        names, states, log = {}, {}, []
        while states != expected or len(log) < 30:
            message = one.next()
            if message.get("op") == "topic":
                names[message["t"]] = message["topic"]
            if not is_delivery(message):
                continue
            topic = names[message["t"]]
            if topic == "log/1":
                log.append(message["d"])
            else:
                whole = {**states[topic], **message["f"]} if "f" in message else message["d"]
                is_record = isinstance(whole, dict) and "bid" not in whole
                states[topic] = {k: v for k, v in whole.items() if v is not None} if is_record else whole
        assert log == list(range(30))


def test_a_payload_of_several_lines_stays_one_event(start, events_of, http_of):
    gateway = start()
    events = events_of(gateway, "chat/1")
    events.until(is_ready)
    assert http_of(gateway).publish('{"topic":"chat/1","data":[1,\n\n2,\r\n"id: x"]}')[0] == 200
    assert events.until(is_delivery)[-1]["d"] == [1, 2, "id: x"]
    assert events.id.endswith(":1")


@pytest.mark.parametrize("shards", [1, 2])
def test_a_client_that_comes_back_with_its_id_misses_nothing(start, events_of, feed_of, shards):
    gateway = start(shards=shards, more=STREAM)
    feed = feed_of(gateway)
    for topic in ("log/1", "log/2", "log/3", "log/4"):
        feed.publish(topic, 0, 1)
        events = events_of(gateway, topic, delivery="all", history=2)
        events.until(lambda m: m.get("d") == 1)
        seen = events.id
        assert seen.endswith(":2")
        events.end()
        feed.publish(topic, 2, 3)
        back = events_of(gateway, topic, delivery="all", headers={"Last-Event-ID": seen})
        assert [m["d"] for m in back.until(lambda m: m.get("d") == 3) if is_delivery(m)] == [2, 3]
        page = events_of(gateway, topic, delivery="all", **{"from": seen})
        assert [m["d"] for m in page.until(lambda m: m.get("d") == 3) if is_delivery(m)] == [2, 3]
        # a client that only heard of the topic knows where it was
        silent = events_of(gateway, topic, delivery="all")
        silent.until(is_ready)
        assert silent.id.endswith(":4")
        feed.publish(topic, *range(4, 60))
        late = events_of(gateway, topic, delivery="all", headers={"Last-Event-ID": seen})
        gap = late.until(lambda m: m.get("op") == "gap")[-1]
        if shards == 1:
            assert (gap["cause"], gap["from"], gap["to"]) == ("truncated", 2, 10)
        # Another shard may still be on its way there, and be overtaken by the rest.
        assert gap["cause"] in ("truncated", "overflow") and gap["lost"] == gap["to"] - gap["from"]
        assert late.next()["d"] == gap["to"] and late.id.endswith(f":{gap['to'] + 1}")
        other = events_of(gateway, topic, delivery="all", headers={"Last-Event-ID": "other:5"})
        assert other.until(lambda m: m.get("op") == "gap")[-1]["cause"] == "epoch"


def test_refusals_have_a_status_and_say_why(start, events_of, tmp_path):
    (tmp_path / "secret").write_bytes(SECRET)
    gateway = start(more=CONFIG.format(anonymous="false", folder=tmp_path), limits="subscriptions = 2", shards=2)
    trader = {"Authorization": "Bearer " + token(groups="traders")}
    for filters, options, headers, status, code in [
        (["orders/#"], {}, {}, 401, "bad_token"),
        (["orders/#"], {}, {"Authorization": "Bearer x"}, 401, "bad_token"),
        (["orders/#"], {}, {"Authorization": "Bearer " + token(lasts_s=-9, groups="traders")}, 401, "token_expired"),
        (["orders/#"], {}, {"Origin": "http://evil.example.com"}, 403, "forbidden"),
        (["quotes/#"], {}, trader, 403, "forbidden"),
        (["orders/1", "quotes/#"], {}, trader, 403, "forbidden"),
        ([], {}, trader, 400, "bad_request"),
        (["orders//"], {}, trader, 400, "bad_filter"),
        (["orders/#"], {"max_rat": 1}, trader, 400, "bad_request"),
        (["orders/#"], {"max_rate": "fast"}, trader, 400, "bad_request"),
        (["orders/#"], {"delivery": "all", "max_rate": 1}, trader, 400, "bad_request"),
        (["orders/#"], {"from": "k3f9:1"}, trader, 400, "bad_request"),
        (["orders/1", "orders/2", "orders/3"], {}, trader, 422, "too_many_subscriptions"),
    ]:
        events = events_of(gateway, *filters, headers=headers, **options)
        assert (events.status, events.error()["code"]) == (status, code), (filters, options, headers)
    assert events_of(gateway, "orders/1", "orders/2", headers=trader).status == 200
    cookie = {"Cookie": "weir_token=" + token(groups="traders")}
    assert events_of(gateway, "orders/#", headers=cookie).status == 200
    wait_until(lambda: gateway.metric("weir_session_open") == 2, "the refused ones are gone")
    assert gateway.metric('weir_http_responses_total{class="4xx"}') == 13


def test_a_withdrawn_or_expired_token_ends_the_stream(start, events_of, tmp_path):
    (tmp_path / "secret").write_bytes(SECRET)
    gateway = start(more=CONFIG.format(anonymous="false", folder=tmp_path))
    withdrawn = events_of(gateway, "orders/#", headers={"Authorization": "Bearer " + token(groups="traders")})
    expires = events_of(gateway, "orders/#",
                        headers={"Authorization": "Bearer " + token(groups="traders", lasts_s=2, sub="bob")})
    assert gateway.ask("POST", "/admin/revoke", body={"subject": "alice"})[0] == 200
    assert withdrawn.until(lambda m: m.get("op") == "goodbye")[-1]["code"] == 4501
    assert withdrawn.next() is None
    assert expires.until(lambda m: m.get("op") == "goodbye")[-1]["code"] == 4007
    assert expires.next() is None and expires.retry > 0


def test_operators_see_and_limit_a_stream_as_any_session(start, events_of, feed_of):
    gateway = start(shards=2)
    feed = feed_of(gateway)
    feed.publish("quotes/A", 0)
    events = events_of(gateway, "quotes/A", heartbeat_ms=1000, bytes_per_s=50000)
    events.until(is_ready)
    listed = json.loads(gateway.get("/admin/sessions"))["sessions"]
    assert len(listed) == 1
    session = listed[0]
    assert (session["subscriptions"], session["cells"], session["limits"]["bytes_per_s"]) == (1, 1, 50000)
    assert gateway.metric('weir_net_connections{protocol="event_stream"}') == 1
    assert gateway.ask("PATCH", f"/admin/sessions/{session['session']}", body={"messages_per_s": 2})[0] == 200
    assert events.next()["op"] == "limits"
    begin = time.monotonic()
    for number in range(200):
        feed.send({"topic": "quotes/A", "data": number})
    last = events.until(lambda m: m.get("d") == 199)
    assert len([m for m in last if is_delivery(m)]) < 2 * (time.monotonic() - begin) + 4
    assert gateway.ask("DELETE", f"/admin/sessions/{session['session']}")[0] == 200
    assert events.until(lambda m: m.get("op") == "goodbye")[-1]["code"] == 4503
    assert events.next() is None
    wait_until(lambda: gateway.metric('weir_net_connections{protocol="event_stream"}') == 0, "it is gone")


def test_a_silent_stream_has_comments_and_lives_on(start, events_of, feed_of):
    gateway = start()
    events = events_of(gateway, "quotes/A", heartbeat_ms=1000)
    events.until(is_ready)
    time.sleep(3.5)  # more than two intervals without a word from the client
    feed_of(gateway).publish("quotes/A", 1)
    events.until(lambda m: m.get("d") == 1)
    assert events.comments >= 3


def test_a_reader_that_stalls_gets_the_newest_and_harms_nobody(start, events_of, feed_of):
    gateway = start(limits="write_progress_ms = 60000")
    feed = feed_of(gateway)
    slow = events_of(gateway, "quotes/A", receive_buffer=4096)
    quick = events_of(gateway, "quotes/A")
    for one in (slow, quick):
        one.until(is_ready)
    payload = "x" * (2000 if THROUGH else 20000)
    for number in range(300):
        feed.publish("quotes/A", [number, payload])
    quick.until(lambda m: is_delivery(m) and m["d"][0] == 299)
    seen = [m["d"][0] for m in slow.until(lambda m: is_delivery(m) and m["d"][0] == 299) if is_delivery(m)]
    assert seen == sorted(seen) and len(seen) < 250
    assert gateway.metric("weir_session_conflated_entries_total") > 50


def test_a_reader_that_never_reads_is_ended(start, events_of, feed_of):
    gateway = start(limits="write_progress_ms = 500")
    feed = feed_of(gateway)
    stalled = events_of(gateway, "log/A", delivery="all", receive_buffer=4096)
    stalled.until(is_ready)
    for number in range(200):
        feed.publish("log/A", [number, "x" * 20000])
    wait_until(lambda: gateway.metric('weir_net_closes_total{reason="slow_consumer"}') == 1, "it is ended")
    wait_until(lambda: gateway.metric("weir_session_open") == 0, "its session, too")


def test_streams_share_their_frames(start, events_of, feed_of):
    gateway = start()
    streams = [events_of(gateway, "quotes/A") for _ in range(30)]
    for one in streams:
        one.until(is_ready)
    encoded = gateway.metric("weir_session_encoded_frames_total")
    feed = feed_of(gateway)
    for number in range(20):
        feed.publish("quotes/A", number)
    for one in streams:
        one.until(lambda m: m.get("d") == 19)
    assert gateway.metric("weir_session_encoded_frames_total") - encoded <= 20


def test_a_restart_tells_when_to_come_back(start, events_of):
    gateway = start(shards=2)
    streams = [events_of(gateway, "quotes/#") for _ in range(10)]
    for one in streams:
        one.until(is_ready)
    gateway.signal(signal.SIGTERM)
    for one in streams:
        goodbye = one.until(lambda m: m.get("op") == "goodbye")[-1]
        assert goodbye["code"] == 1012 and one.retry == goodbye["retry_ms"]
        assert one.next() is None
