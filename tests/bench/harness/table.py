"""Medians, ratios and the table."""
import statistics

from . import scenarios

COLUMNS = ("scenario", "W", "server", "deliveries/s", "CPU us/delivery", "bytes/connection", "CPU us/connect", "ratio",
           "p50 ms", "p99 ms", "slow: age s", "PSS MiB")


def results_of(runs, case, server):
    """By round."""
    return {run["round"]: run["result"] for run in runs if run["case"] == case.title and run["server"] == server}


def ratio(case, runs, server):
    """To the baseline: the median over the rounds, each beside the baseline of the same round."""
    own, base = (results_of(runs, case, name) for name in (server, scenarios.BASELINE))
    ratios = [case.cost(own[number]) / case.cost(base[number])
              for number in own if number in base and case.cost(base[number]) > 0]
    return statistics.median(ratios) if ratios else None


def row(case, runs, server):
    results = list(results_of(runs, case, server).values())
    if not results:
        return (case.title, case.window, server, *["-"] * (len(COLUMNS) - 3))

    def median(figure, digits):
        return f"{statistics.median(figure(result) for result in results):.{digits}f}"

    is_idle = results[0]["mode"] == "idle"
    has_slow = results[0]["slow"]["deliveries"] > 0
    against = ratio(case, runs, server)
    return (case.title, case.window, server,
            "-" if is_idle else median(lambda result: result["deliveries_per_s"], 0),
            "-" if is_idle else median(case.cost, 3),
            median(case.cost, 0) if is_idle else "-",
            median(scenarios.cpu_per_connect, 0) if is_idle else "-",
            "-" if against is None else f"{against:.3f}",
            "-" if is_idle else median(lambda result: result["fast"]["age_us"]["p50"] / 1e3, 1),
            "-" if is_idle else median(lambda result: result["fast"]["age_us"]["p99"] / 1e3, 1),
            median(lambda result: result["slow"]["age_us"]["last"] / 1e6, 2) if has_slow else "-",
            median(lambda result: result["pss_bytes"]["end"] / 2**20, 1))


def render(cases, servers, runs):
    """A Markdown table, so that it can go where it is read."""
    rows = [COLUMNS, *(row(case, runs, server) for case in cases for server in servers)]
    widths = [max(len(line[column]) for line in rows) for column in range(len(COLUMNS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def missed_targets(cases, runs):
    servers = sorted({run["server"] for run in runs} - {scenarios.BASELINE, scenarios.FLOOR})
    for case in cases:
        for server in servers:
            against = ratio(case, runs, server)
            if case.target is not None and against is not None and against > case.target:
                yield f"{case.title}: {server} costs {against:.3f} of the baseline, at most {case.target} is wanted"
