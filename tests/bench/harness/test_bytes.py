"""The parts of the bytes table: what a reader folds, and what the recording says."""
import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import flights, fold  # noqa: E402


@pytest.mark.parametrize("value, patch, becomes", [
    ({"a": 1}, [{"op": "replace", "path": "/a", "value": 2}], {"a": 2}),
    ({"a": 1}, [{"op": "remove", "path": "/a"}, {"op": "add", "path": "/b/c", "value": 3}], None),
    ({"b": {}}, [{"op": "add", "path": "/b/c~1d~0", "value": 3}], {"b": {"c/d~": 3}}),
    ([1, 2], [{"op": "add", "path": "/1", "value": 9}, {"op": "add", "path": "/-", "value": 8}], [1, 9, 2, 8]),
    ([1, 2, 3], [{"op": "remove", "path": "/0"}, {"op": "replace", "path": "/1", "value": 9}], [2, 9]),
    ({"a": 1}, [{"op": "replace", "path": "", "value": [0]}], [0]),
])
def test_patches(value, patch, becomes):
    if becomes is None:
        with pytest.raises(KeyError):
            fold.apply_patch(value, patch)
    else:
        assert fold.apply_patch(value, patch) == becomes


def folded(*messages, is_whole=False):
    one = fold.Fold(is_whole)
    for message in messages:
        one.take(json.dumps(message, separators=(",", ":")))
    return one


def introduce(number, topic):
    return {"op": "topic", "t": number, "topic": topic, "kind": "record", "epoch": "e", "o": 0}


def test_changes_are_folded():
    one = folded(
        introduce(1, "r"), introduce(2, "t"),
        {"t": 1, "o": 1, "d": {"a": 1, "b": 2}}, {"t": 1, "o": 2, "b": 1, "f": {"a": None, "c": 3}},
        {"t": 2, "o": 1, "d": {"x": {"n": 1}, "y": {}}}, {"t": 2, "o": 5, "b": 1, "k": {"y": {"n": 2}}, "x": ["x"]})
    assert one.states() == {"r": {"b": 2, "c": 3}, "t": {"y": {"n": 2}}}
    assert one.deliveries == 4


def test_a_change_of_another_state_is_told():
    with pytest.raises(RuntimeError):
        folded(introduce(1, "r"), {"t": 1, "o": 3, "d": {}}, {"t": 1, "o": 5, "b": 4, "f": {}})


def test_of_wholes_the_last_one_counts():
    one = folded(introduce(7, "v"), {"t": 7, "o": 1, "d": {"a": 1}}, {"t": 7, "o": 2, "d": [1]}, is_whole=True)
    assert one.states() == {"v": [1]}


def test_gaps_and_errors_are_problems():
    assert folded({"op": "gap", "t": 1, "from": 1, "to": 2}).problems
    assert not folded({"op": "ready", "filter": "#"}).problems


def test_every_form_of_the_recording_comes_to_the_same(tmp_path):
    (tmp_path / "airports.csv").write_text("iata,name,city,state,country,latitude,longitude\nAAA,A,B,C,USA,1.5,2\n")
    rows = [("2001/01/02 10:00", "AAA", 20), ("2001/01/01 10:00", "AAA", 1), ("2001/01/01 10:30", "BBB", 0),
            ("2001/01/03 10:00", "AAA", 5)]
    (tmp_path / "flights-10k.json").write_text(json.dumps([
        {"date": date, "delay": delay, "distance": 100, "origin": origin, "destination": "DDD"}
        for date, origin, delay in rows]))
    recording = flights.Recording(tmp_path)
    recording.write(tmp_path / "out", lead_ms=1000)
    lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    times = [line["at_ms"] for line in lines]
    assert times[0] == 1000 and times == sorted(times) and times[-1] - times[0] == recording.span_ms == 2 * 86400_000
    states = {}
    for line in lines:
        if "data" in line:
            states[line["topic"]] = line["data"]
        else:
            place = states.setdefault(line["topic"], {})
            fold.change(place.setdefault(line["key"], {}) if "key" in line else place, line["fields"])
    assert states == recording.states
    assert states["whole/airports/AAA"]["departures"] == 3 and states["whole/airports/AAA"]["delayed"] == 1
    assert states["rows/board"]["AAA"]["worst_date"] == "2001/01/02 10:00"
    assert recording.updates == {"airports": 4, "board": 4}
