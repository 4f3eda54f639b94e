"""A recording, played into the gateway by the adapter `replay`."""
import json

import pytest

STREAM = """
[[topics]]
filter = "ticks/#"
kind = "stream"
"""
LINES = 600  # fewer than a stream's ring keeps
MS_BETWEEN = 20


def replay(path, **keys):
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    return f'\n[[adapter]]\nname = "replay"\ntype = "replay"\nfile = "{path}"\n{lines}'


@pytest.fixture
def recording(tmp_path):
    """Writes recordings."""

    def write(*lines):
        path = tmp_path / "recording.ndjson"
        path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        return path

    return write


# as fast as it goes, twenty times as fast, as it was
@pytest.mark.parametrize(("speed", "lines"), [(0, LINES), (20, LINES), (1, 40)])
@pytest.mark.parametrize("shards", [1, 3])
def test_a_subscriber_with_all_gets_every_line_in_order(start, connect, recording, speed, lines, shards):
    path = recording(*({"at_ms": n * MS_BETWEEN, "topic": f"ticks/{n % 2}", "data": n} for n in range(lines)))
    gateway = start(shards=shards, more=STREAM, adapters=replay(path, speed=speed))
    client = connect(gateway)
    # some lines were played before the client was there
    client.subscribe("ticks/+", delivery="all", history=LINES, ts=True)
    seen = []
    while len(seen) < lines:
        message = client.next()
        assert message.get("op") != "gap", message
        if "d" in message:
            seen.append(message)
    for parity in (0, 1):
        assert [message["d"] for message in seen if message["d"] % 2 == parity] == list(range(parity, lines, 2))
    if speed:
        # a clock that measures a wait can say too much, not too little
        times = [message["ts"] for message in seen]
        assert max(times) - min(times) >= 0.9 * (lines - 1) * MS_BETWEEN / speed


def test_records_and_tables_end_as_the_recording_says_and_bad_lines_are_told(start, connect, recording):
    path = recording(
        {"topic": "orders/1", "fields": {"bid": 1, "ask": 2}},
        {"at_ms": 5, "topic": "orders/all", "key": "a", "fields": {"qty": 1}},
        {"at_ms": 5, "topic": "orders/all", "key": "b", "fields": {"qty": 2}},
        "nonsense",
        {"at_ms": 10, "topic": "orders/1", "key": "a", "fields": {"qty": 1}},
        {"at_ms": 10, "topic": "orders/1", "fields": {"bid": 3, "ask": None}},
        {"at_ms": 15, "topic": "orders/all", "key": "a", "delete": True},
        {"at_ms": 20, "topic": "orders/end", "data": 1},
    )
    gateway = start(adapters=replay(path))
    status = connect(gateway)
    status.subscribe("$weir/adapters/+")
    status.until(lambda message: "d" in message and "has played the 8 lines" in json.dumps(message))
    client = connect(gateway)
    client.subscribe("orders/+")
    seen = client.until(lambda message: message.get("op") == "ready")
    names = {message["t"]: message["topic"] for message in seen if message.get("op") == "topic"}
    states = {names[message["t"]]: message["d"] for message in seen if "d" in message}
    assert states == {"orders/1": {"bid": 3}, "orders/all": {"b": {"qty": 2}}, "orders/end": 1}
    assert gateway.metric('weir_adapter_poison_messages_total{adapter="replay"}') == 2
    assert f"{path}:4: " in gateway.log() and f"{path}:5: " in gateway.log()
