"""What a scenario is, and those that compare costs with a naive server's."""
import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile
import typing

from . import servers, table

BASELINE = "beast"
FLOOR = "floor"
RUN_SECONDS_SPARE = 150  # connecting, the waits that the load generator itself bounds


@dataclasses.dataclass(frozen=True)
class Case:
    title: str
    load_arguments: tuple
    cost: typing.Callable  # of a result: the figure that is compared with the baseline's
    window: str = "-"
    target: float | None = None  # greatest ratio of Weir's cost to the baseline's


class Scenario:
    """One thing that is measured: its cases, each of which is one run per server and round."""
    seconds = 5  # measured in each run, unless the command line says otherwise
    packages = ()  # sections of deploy/packages.txt besides `build`
    targets = ("bench_load",)  # what is built, besides weir
    program = "bench_load"

    def kinds(self, options, programs):
        """The servers. `programs`: the folder of the bench's own binaries."""
        raise NotImplementedError

    def titles(self):
        """Of the cases."""
        raise NotImplementedError

    @contextlib.contextmanager
    def surroundings(self):
        """What has to be there before the servers are."""
        yield

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        """What the program is told besides --client-port, --feed-port, --server and --preset."""
        raise NotImplementedError

    def measure(self, title, kind, options, cores):
        """One run of one server, on the first of these cores. None when it has failed, which is told."""
        server_core, load_core = cores
        seconds = options.seconds or self.seconds
        with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder, \
                servers.running(kind, server_core, pathlib.Path(folder)) as server, \
                self.arguments(title, kind, server, seconds) as arguments:
            command = [options.programs / self.program, "--client-port", server.client_port,
                       "--feed-port", server.feed_port, "--server", server.pid, *arguments]
            if kind.preset != "weir":
                command += ["--preset", kind.preset]
            result = run_program(kind, command, load_core, seconds)
            cut_off = servers.cut_off_count(kind, server)
        return result and result | {"cut_off_by_log": cut_off}

    def summary(self, title, result):
        """One line for who waits."""
        raise NotImplementedError

    def render(self, runs, names):
        """The table at the end."""
        raise NotImplementedError

    def missed(self, runs):
        """A sentence for each target that was not met."""
        raise NotImplementedError


def run_program(kind, command, core, seconds):
    """What the load generator prints; None where that is nothing, which is told."""
    run = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, check=False,
                         timeout=3 * seconds + RUN_SECONDS_SPARE,
                         preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    if not run.stdout:
        print(f"  {kind.name}: FAILED, no result", flush=True)
        return None
    return json.loads(run.stdout)


class Cost(Scenario):
    """CPU and memory beside the baseline's and the floor's."""
    targets = ("bench_load", "bench_baseline", "bench_floor")

    def __init__(self, *cases):
        self.cases = {case.title: case for case in cases}

    def kinds(self, options, programs):
        also = [servers.weir(name, path) for name, path in options.also]
        return [servers.beast(programs / "bench_baseline"), servers.floor(programs / "bench_floor"),
                servers.weir("weir", options.weir), *also]

    def titles(self):
        return list(self.cases)

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        yield ("--seconds", seconds, *self.cases[title].load_arguments)

    def summary(self, title, result):
        if result["mode"] == "idle":
            return f"{self.cases[title].cost(result):.0f} bytes a connection, {cpu_per_connect(result):.0f} us to connect it"
        age = result["fast"]["age_us"]
        return (f"{result['deliveries_per_s'] / 1e3:.1f} k deliveries/s, {result['cpu_us_per_delivery']:.3f} us each, "
                f"p50 {age['p50'] / 1e3:.1f} ms, p99 {age['p99'] / 1e3:.1f} ms, "
                f"server busy {result['server_busy']:.0%}, load {result['load_busy']:.0%}")

    def render(self, runs, names):
        return table.render(COLUMNS, (self._row(case, runs, name) for case in self.cases.values() for name in names))

    def missed(self, runs):
        names = sorted({run["server"] for run in runs} - {BASELINE, FLOOR})
        for case in self.cases.values():
            for name in names:
                against = ratio(case, runs, name)
                if case.target is not None and against is not None and against > case.target:
                    yield (f"{case.title}: {name} costs {against:.3f} of the baseline, "
                           f"at most {case.target} is wanted")

    @staticmethod
    def _row(case, runs, name):
        results = list(table.results_of(runs, case.title, name).values())
        if not results:
            return (case.title, case.window, name, *["-"] * (len(COLUMNS) - 3))
        is_idle = results[0]["mode"] == "idle"

        def median(figure, digits, is_there=True):
            return table.median(results, figure, digits) if is_there else "-"

        return (case.title, case.window, name,
                median(lambda result: result["deliveries_per_s"], 0, not is_idle),
                median(case.cost, 3, not is_idle),
                median(case.cost, 0, is_idle),
                median(cpu_per_connect, 0, is_idle),
                table.number(ratio(case, runs, name), 3),
                median(lambda result: result["fast"]["age_us"]["p50"] / 1e3, 1, not is_idle),
                median(lambda result: result["fast"]["age_us"]["p99"] / 1e3, 1, not is_idle),
                median(lambda result: result["pss_bytes"]["end"] / 2**20, 1))


COLUMNS = ("scenario", "W", "server", "deliveries/s", "CPU us/delivery", "bytes/connection", "CPU us/connect", "ratio",
           "p50 ms", "p99 ms", "PSS MiB")


def ratio(case, runs, name):
    """To the baseline: the median over the rounds, each beside the baseline of the same round."""
    own, base = (table.results_of(runs, case.title, which) for which in (name, BASELINE))
    return table.median_or_none([case.cost(own[number]) / case.cost(base[number])
                                 for number in own if number in base and case.cost(base[number]) > 0])


def cpu_per_delivery(result):
    return result["cpu_us_per_delivery"]


def cpu_per_connect(result):
    return result["connect"]["server_cpu_us"] / result["fast"]["subscribers"]


def bytes_per_connection(result):
    """The slope from a quarter of the subscribers to all of them: what does not grow with them does not count."""
    subscribers, pss = result["fast"]["subscribers"], result["pss_bytes"]
    return (pss["end"] - pss["part"]) / (subscribers - subscribers // 4)


def fanout(window, target):
    return Case(f"fanout W={window}",
                ("--mode", "window", "--window", window, "--subscribers", 1000, "--bytes", 128),
                cpu_per_delivery, str(window), target)


def rate(messages_per_s):
    return Case(f"rate {messages_per_s}/s",
                ("--mode", "rate", "--rate", messages_per_s, "--subscribers", 1000, "--bytes", 128), cpu_per_delivery)


COSTS = {
    "fanout": Cost(fanout(1, 0.8), fanout(16, 0.2), fanout(64, None)),
    "rate": Cost(rate(10)),
    "idle": Cost(Case("idle", ("--mode", "idle", "--subscribers", 5000), bytes_per_connection)),
}
