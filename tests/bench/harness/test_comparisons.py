"""The scenarios that compare costs: medians, the best of several peers, and what is told of a target."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness import comparisons as compared  # noqa: E402

COST = compared.Figure("cost", lambda result: result.get("cost"), 2)


def scenario(*targets):
    return compared.Comparison(lambda options, programs: [], {"case": ()}, (COST,), targets)


def runs(**costs):
    """A list of costs by server, one for each round; None: that run has failed."""
    return [{"round": number, "case": "case", "server": server, "result": {"cost": cost}}
            for server, of_rounds in costs.items() for number, cost in enumerate(of_rounds) if cost is not None]


def test_a_ratio_is_of_the_same_round_and_the_median_of_the_rounds():
    target = compared.Target(COST, 1.0, ("floor",))
    assert compared.reached(target, runs(weir=[1, 20, 3], floor=[1, 10, 6]), "case") == 1
    assert not scenario(target).missed(runs(weir=[1, 20, 3], floor=[1, 10, 6]))
    missed = scenario(target).missed(runs(weir=[2, 20, 3], floor=[1, 10, 6]))
    assert missed == ["case: weir: cost is 2.000 of floor's, at most 1.0 is wanted"]


def test_of_several_the_best_of_each_round_counts():
    target = compared.Target(COST, 1.0, ("a", "b"))
    assert compared.reached(target, runs(weir=[4, 4], a=[2, 8], b=[8, 1]), "case") == 3


def test_a_target_without_another_server_is_absolute():
    target = compared.Target(COST, 3)
    assert compared.reached(target, runs(weir=[1, 9, 4]), "case") == 4
    assert scenario(target).missed(runs(weir=[1, 9, 4])) == ["case: weir: cost is 4.000, at most 3 is wanted"]


def test_what_is_not_measured_is_not_missed():
    target = compared.Target(COST, 1.0, ("floor",))
    assert not scenario(target).missed(runs(weir=[2]))
    assert not scenario(target).missed(runs(weir=[2, None], floor=[None, 1]))
    assert "not measured" in scenario(target).render(runs(weir=[2]), ["weir", "floor"])


def test_the_table_says_of_each_target_whether_it_was_met():
    told = scenario(compared.Target(COST, 1.0, ("a",)), compared.Target(COST, None, ("b",))).render(
        runs(weir=[2], a=[1], b=[4]), ["weir", "a", "b"])
    rows = [line.split("|") for line in told.splitlines() if line.startswith("| case")]
    assert [row[3].strip() for row in rows[:3]] == ["2.00", "1.00", "4.00"]
    assert [row[-2].strip() for row in rows[3:]] == ["MISSED", "-"]


def test_every_scenario_names_servers_that_it_has():
    class Options:
        weir, also = pathlib.Path("weir"), []

    for name, of_name in compared.SCENARIOS.items():
        kinds = {kind.name for kind in of_name.kinds(Options, pathlib.Path())}
        for target in of_name.wanted:
            assert {target.server, *target.against} <= kinds, name
            assert target.title is None or target.title in of_name.cases, name


def test_the_age_of_a_slow_reader_is_that_of_its_last_message():
    result = {"phases": [{"slow": {"link": {"ages_s": [[1, 0.5], [2, 0.7]]}, "app": {"ages_s": []}}}]}
    assert compared.LINK.of(result) == 0.7
    assert compared.APP.of(result) is None
