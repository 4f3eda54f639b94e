"""The ratio of the scenario adapters, and when it is too low."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import adapters  # noqa: E402


def run(server, per_s, number=0, title="tcp"):
    result = {"messages_per_s": per_s, "cpu_us_per_message": 1.5, "age_p50_us": 900, "publisher_busy": 0.5}
    return {"round": number, "case": title, "server": server, "result": result}


def test_the_ratio_is_that_of_each_round():
    runs = [run("plain", 100), run("weir", 90), run("plain", 50, 1), run("weir", 50, 1), run("plain", 10, 2), run("weir", 1, 2)]
    assert adapters.ratio(runs, "tcp", "weir") == 0.9
    assert adapters.ratio(runs, "amqp", "weir") is None
    assert not list(adapters.Adapters().missed(runs))


def test_one_that_is_too_slow_is_told():
    missed = list(adapters.Adapters().missed([run("plain", 100), run("weir", 79)]))
    assert len(missed) == 1 and "tcp: weir takes 0.790" in missed[0]


def test_every_source_has_a_row_for_each_taker():
    text = adapters.Adapters().render([run("plain", 100), run("weir", 90)], ["plain", "weir"])
    lines = [line for line in text.splitlines() if line.startswith("| tcp")]
    assert len(lines) == 2 and "0.900" in lines[1]
