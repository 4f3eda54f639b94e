"""The scenario table: what a large table that changes all the time costs a client that wants it once a second."""
import contextlib

from . import scenarios, servers, table

ROWS, CHANGES_PER_S, MAX_RATE = 10_000, 1000, 1


class TableDeltas(scenarios.Scenario):
    seconds = 20
    targets = ("bench_table",)
    program = "bench_table"

    def kinds(self, options, programs):
        also = [servers.weir(name, path, "table") for name, path in options.also]
        return [servers.weir("weir", options.weir, "table"), *also]

    def titles(self):
        return ["table"]

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        yield ["--rows", ROWS, "--rate", CHANGES_PER_S, "--max-rate", MAX_RATE, "--seconds", seconds]

    def summary(self, title, result):
        return (f"{latest_bytes_per_s(result) / 1e3:.1f} kB/s in {result['latest']['deliveries']} deliveries, the "
                f"whole table is {result['snapshot_bytes'] / 1e3:.0f} kB")

    def render(self, runs, names):
        columns = ("server", "rows", "changes/s", "bytes/s: latest at 1/s", "every change", "the whole at 1/s",
                   "latest to every change", "latest to the whole", "deliveries/s", "most rows in one")
        return table.render(columns, [self._row(runs, name) for name in names])

    @staticmethod
    def _row(runs, name):
        results = list(table.results_of(runs, "table", name).values())

        def median(figure, digits=0):
            return table.median(results, figure, digits)

        return (name, str(ROWS), median(lambda result: result["changes"] / result["seconds"]),
                median(latest_bytes_per_s), median(every_bytes_per_s),
                median(lambda result: result["snapshot_bytes"] * MAX_RATE),
                median(lambda result: latest_bytes_per_s(result) / every_bytes_per_s(result), 3),
                median(lambda result: latest_bytes_per_s(result) / (result["snapshot_bytes"] * MAX_RATE), 3),
                median(lambda result: result["latest"]["deliveries"] / result["seconds"], 2),
                median(lambda result: result["latest"]["rows_max"]))

    def missed(self, runs):
        """That the states are equal and no whole table came is what makes a run sound, so nothing is left here but
        the rate."""
        for run in runs:
            result = run["result"]
            deliveries_max = MAX_RATE * (result["seconds"] + 2) + 1  # and those of the wait at the end
            if result["latest"]["deliveries"] > deliveries_max:
                yield f"table: {result['latest']['deliveries']} deliveries, at most {deliveries_max:.0f} are allowed"


def latest_bytes_per_s(result):
    return result["bytes"]["latest"] / result["seconds"]


def every_bytes_per_s(result):
    return result["bytes"]["all"] / result["seconds"]
