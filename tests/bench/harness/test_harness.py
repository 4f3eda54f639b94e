"""The harness's own parts: what the load generator wrote down, and what becomes of it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import ages, slow_consumer, table  # noqa: E402


def phase(speed, median_age, seconds=60, p99_us=2000, older=0.0):
    """One message a second, each as old as the others, or `older` than the one before."""
    samples = [[second + 0.5, median_age + older * (second - seconds / 2)] for second in range(seconds)]
    reader = {"ages_s": samples, "closed": 0}
    return {"bytes_per_s": speed, "seconds": seconds, "slow": {"link": reader, "app": reader}, "pss_peak_bytes": 2**20,
            "deliveries_per_s": 1, "fast": {"age_us": {"p99": p99_us}}}


def run(server, age, number=0, p99_us=2000, older=0.0):
    phases = [phase(speed, age, p99_us=p99_us, older=older) for speed in slow_consumer.SPEEDS]
    result = {"alone": phase(0, 0, p99_us=2000), "phases": phases, "rss_peak_bytes": 2**20, "cut_off_by_log": 0}
    return {"round": number, "case": "slow-consumer", "server": server, "result": result}


def test_ages_of_a_phase():
    seen = ages.of([[at, at + 1] for at in range(90)], 90)
    assert (seen.handled, seen.median, seen.last) == (90, 45.5, 90)
    assert seen.p99 == 90
    assert (seen.first_third, seen.last_third) == (15.5, 75.5)
    assert ages.of([], 90) == ages.Ages(0, None, None, None, None, None)


def test_growth_is_more_than_chance():
    assert ages.grows(ages.of([[at, at + 1] for at in range(90)], 90), 1)
    assert not ages.grows(ages.of([[at, 2 + at % 2] for at in range(90)], 90), 0.2)
    assert not ages.grows(ages.of([], 90), 1)


def test_all_is_well_beside_slow_peers():
    assert not list(slow_consumer.SlowConsumer().missed([run("weir latest", 1), run("nats-server", 30)]))


def test_data_that_are_too_old_are_told_beside_the_best_peer():
    runs = [run("weir latest", 4), run("nats-server", 30), run("nchan", 60)]
    missed = list(slow_consumer.SlowConsumer().missed(runs))
    assert len(missed) == 2  # at 10 kB/s both readers; a quarter is enough at 2 kB/s
    assert all("nats-server" in line and "10000 bytes/s" in line for line in missed)


def test_data_that_get_older_are_told():
    missed = list(slow_consumer.SlowConsumer().missed([run("weir latest", 2, older=0.05), run("nchan", 60)]))
    assert missed and all("get older" in line for line in missed)


def test_others_that_suffer_are_told():
    missed = list(slow_consumer.SlowConsumer().missed([run("weir latest", 1, p99_us=3100), run("nchan", 60)]))
    assert len(missed) == 2 and all("others' p99 is 1.55" in line for line in missed)


def test_the_tables_have_a_row_for_each_server_speed_and_reader():
    runs = [run("weir latest", 1), run("nchan", 60)]
    text = slow_consumer.SlowConsumer().render(runs, ["weir latest", "nchan"])
    assert sum(line.startswith("| weir latest") for line in text.splitlines()) == 4 + 2
    assert "| 60.00 " in text


def test_medians_leave_out_what_is_not_there():
    assert table.median([1, None, 3], lambda figure: figure, 1) == "2.0"
    assert table.median([None], lambda figure: figure, 1) == "-"
