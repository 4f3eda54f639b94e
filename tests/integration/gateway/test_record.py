"""`weir record`: what it writes, played to another gateway, comes to the same state."""
import json
import random
import signal
import subprocess

import pytest

from weir_process import IS_SANITIZED, PATIENCE_S, WEIR, run, wait_until

STEPS = 300 if IS_SANITIZED else 1500
STREAM = """
[[topics]]
filter = "log/#"
kind = "stream"
ring_entries = 4096
"""
FIELDS = ["bid", "ask", "note"]
ROWS = [f"row\"{number}" for number in range(12)]


def step(random_, number):
    """A line of a feed that does everything that a feed can do."""
    fields = {name: random_.choice([None, random_.randrange(100), "a\nb"]) for name in random_.sample(FIELDS, 2)}
    whole = {name: value for name, value in fields.items() if value is not None}
    return random_.choice([
        {"topic": "value/1", "data": [number, "ä\u2028", 1.5]},
        {"topic": "value/2", "data": {"b64": "AP8="}},
        {"topic": "value/2", "delete": True},
        {"topic": "log/1", "data": number},
        {"topic": "record/1", "fields": fields},
        {"topic": "record/1", "fields": fields},
        {"topic": "record/1", "data": whole} if number > 20 else {"topic": "record/1", "fields": whole},
        {"topic": "record/1", "delete": True} if number > 20 else {"topic": "record/1", "fields": whole},
        *[{"topic": "table/1", "key": random_.choice(ROWS), "fields": fields}] * 4,
        {"topic": "table/1", "key": random_.choice(ROWS), "delete": True},
        {"topic": "table/1", "data": {random_.choice(ROWS): whole}}
        if random_.random() < 0.1 and number > 100 else {"topic": "table/1", "key": "stays", "fields": whole},
    ])


def states(client):
    """What every topic holds: (kind, state) by name; no state: it was deleted."""
    client.subscribe("#", delivery="latest")
    seen, topics = {}, {}
    for message in client.until(lambda one: one.get("op") == "ready"):
        if message.get("op") == "topic":
            topics[message["t"]] = message["topic"]
            seen[message["topic"]] = [message["kind"], None]
        elif "d" in message:
            seen[topics[message["t"]]][1] = message["d"]
        assert not message.get("m"), "small enough for one part"
    return seen


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("shards", [1, 3])
def test_a_recording_played_again_comes_to_the_same_state(start, connect, feed_of, tmp_path, shards, number):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    random_ = random.Random(seed)
    gateway, path = start(shards=shards, more=STREAM), tmp_path / "recording.ndjson"
    feed = feed_of(gateway)
    feed.send(*(step(random_, n) for n in range(100)))
    feed.publish("value/begun", 1)
    with subprocess.Popen([WEIR, "record", gateway.url, "#", "-o", path], stderr=subprocess.PIPE, text=True) as record:
        wait_until(lambda: gateway.metric("weir_session_subscriptions") == 1, "it is subscribed")
        feed.send(*(step(random_, 100 + n) for n in range(STEPS)))
        feed.publish("value/end", 1)
        # all topics are whole by then: a marker behind the last change of each
        for topic in ("value/1", "log/1"):
            feed.publish(topic, "end")
        feed.send({"topic": "record/1", "fields": {"end": 1}}, {"topic": "table/1", "key": "end", "fields": {"end": 1}})
        ends = ['"value/end"', '"value/1","data":"end"', '"log/1","data":"end"', '"key":"end"', '"end":1}']
        wait_until(lambda: all(end in path.read_text() for end in ends), "the recording has the ends")
        record.send_signal(number)
        _, said = record.communicate(timeout=PATIENCE_S)
    assert record.returncode == 0, said
    text = path.read_text()
    assert text.endswith("}\n") and f"{text.count(chr(10))} lines" in said, said
    assert 'kind = "stream" for log/1' in said
    times = [json.loads(line)["at_ms"] for line in text.splitlines()]
    assert times[0] == 0 and times == sorted(times)
    player = f'\n[[adapter]]\nname = "replay"\ntype = "replay"\nfile = "{path}"\nspeed = 0\n'
    again = start(shards=shards, more=STREAM, adapters=player)
    wait_until(lambda: again.metric('weir_adapter_events_total{adapter="replay",event="rounds"}') == 1, "it was played")
    assert again.metric('weir_adapter_poison_messages_total{adapter="replay"}') == 0, again.log()
    assert states(connect(again)) == states(connect(gateway))


def test_it_ends_by_itself_and_says_what_cannot_be_done(start, feed_of, tmp_path):
    gateway, path = start(), tmp_path / "recording.ndjson"
    feed_of(gateway).publish("quotes/A", 1)
    done = run("record", gateway.url, "quotes/#", "-o", str(path), "--seconds", "1")
    assert (done.returncode, path.read_text()) == (0, '{"at_ms":0,"topic":"quotes/A","data":1}\n'), done.stderr
    refused = run("record", gateway.url, "$weir/secret/#", "quotes//", "-o", str(path))
    assert refused.returncode == 2 and "quotes//" in refused.stderr
    assert run("record", gateway.url, "quotes/#").returncode == 2
    assert run("record", gateway.url, "quotes/#", "-o", "/nowhere/file").returncode == 1
