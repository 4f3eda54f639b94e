"""The scenarios that compare what a delivery, a connection or a line costs: Weir, what most would write first, what is
the least possible, and other people's servers. Each is its servers, what the load generator is told, the figures of
the table, and the targets."""
import contextlib
import dataclasses
import typing

from . import peers, scenarios, servers, table

BEAST, FLOOR, WEIR = "beast", "floor", "weir"
NCHAN, MOSQUITTO, NATS = "nchan", "mosquitto", "nats-server"
PEERS = (NCHAN, MOSQUITTO, NATS)


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    of: typing.Callable  # of a result; None where it has none
    digits: int = 1


@dataclasses.dataclass(frozen=True)
class Target:
    """How much of one server's figure another's may be; without `against`, how much it may be."""
    figure: Figure
    at_most: float | None  # None: it is only told
    against: tuple = ()  # the best of these in the same round
    server: str = WEIR
    title: str | None = None  # of the case; None: of all


@dataclasses.dataclass(frozen=True)
class Outcome:
    title: str
    target: Target
    reached: float | None  # the median of the rounds; None: not measured

    @property
    def is_met(self):
        return self.reached is None or self.target.at_most is None or self.reached <= self.target.at_most

    def row(self):
        target = self.target
        verdict = "not measured" if self.reached is None else "met" if self.is_met else "MISSED"
        if target.at_most is None and self.reached is not None:
            verdict = "-"
        return (self.title, target.figure.name, target.server, " or ".join(target.against) or "-",
                table.number(self.reached, 3), table.number(target.at_most, 2), verdict)

    def __str__(self):
        of = f" of {' or '.join(self.target.against)}'s" if self.target.against else ""
        return (f"{self.title}: {self.target.server}: {self.target.figure.name} is {self.reached:.3f}{of}, "
                f"at most {self.target.at_most} is wanted")


class Comparison(scenarios.Scenario):
    """Some cases with the same servers, figures and targets."""
    targets = ("bench_load", "bench_baseline", "bench_floor")

    def __init__(self, kinds, cases, figures, targets=(), seconds=5):
        """`kinds`: of the options and the folder of the bench's own binaries. `cases`: the load generator's arguments by
        title; `{seconds}` in one is the time to measure."""
        self.kinds_of, self.cases, self.figures, self.wanted, self.seconds = kinds, cases, figures, targets, seconds
        self.packages = ("bench",)

    def kinds(self, options, programs):
        return self.kinds_of(options, programs)

    def titles(self):
        return list(self.cases)

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        words = [str(word).replace("{seconds}", str(seconds)) for word in self.cases[title]]
        yield ["--seconds", seconds, *words]

    def summary(self, title, result):
        told = [f"{figure.name} {table.number(figure.of(result), figure.digits)}" for figure in self.figures]
        if result["mode"] not in ("idle", "phases"):
            told.append(f"server busy {result['server_busy']:.0%}, load {result['load_busy']:.0%}")
        return ", ".join(told)

    def render(self, runs, names):
        rows = [(title, name, *self._medians(runs, title, name)) for title in self.cases for name in names]
        told = table.render(("scenario", "server", *(figure.name for figure in self.figures)), rows)
        outcomes = list(self.outcomes(runs))
        if not outcomes:
            return told
        columns = ("scenario", "figure", "of", "to", "ratio", "at most", "")
        return told + "\n\n" + table.render(columns, [outcome.row() for outcome in outcomes])

    def outcomes(self, runs):
        for title in self.cases:
            for target in self.wanted:
                if target.title in (None, title):
                    yield Outcome(title, target, reached(target, runs, title))

    def missed(self, runs):
        return [str(outcome) for outcome in self.outcomes(runs) if not outcome.is_met]

    def _medians(self, runs, title, name):
        results = list(table.results_of(runs, title, name).values())
        return [table.median(results, figure.of, figure.digits) for figure in self.figures]


def reached(target, runs, title):
    """The median over the rounds, each beside the best of the others in the same round."""
    own = table.results_of(runs, title, target.server)
    if not target.against:
        return table.median_or_none([target.figure.of(result) for result in own.values()])
    others = [table.results_of(runs, title, name) for name in target.against]
    return table.median_or_none([ratio(target.figure.of(result),
                                       [target.figure.of(other[number]) for other in others if number in other])
                                 for number, result in own.items()])


def ratio(own, others):
    others = [other for other in others if other]
    return own / min(others) if own is not None and others else None


def slow_age(reader):
    """How old what a slow one has read last is."""
    return lambda result: next(iter(reversed(result["phases"][0]["slow"][reader]["ages_s"])), (0, None))[1]


def per(count):
    return lambda result: result["server_cpu_us"] / result[count] if result[count] else None


CPU = Figure("CPU us/delivery", lambda result: result["cpu_us_per_delivery"], 3)
CPU_PER_LINE = Figure("CPU us/message in", per("published"), 3)
CPU_PER_S = Figure("CPU ms/s", lambda result: result["server_cpu_us"] / 1e3 / result["seconds"], 0)
CPU_PER_CONNECT = Figure("CPU us/connection",
                         lambda result: result["connect"]["server_cpu_us"] / result["fast"]["subscribers"], 1)
CONNECTS = Figure("connections/s", lambda result: result["fast"]["subscribers"] / result["connect"]["seconds"], 0)
RATE = Figure("deliveries/s", lambda result: result["deliveries_per_s"], 0)
LINES = Figure("messages in/s", lambda result: result["published"] / result["seconds"], 0)
BYTES = Figure("bytes/delivery", lambda result: result["fast"]["received_bytes"] / max(result["fast"]["deliveries"], 1), 0)
P50 = Figure("p50 ms", lambda result: result["fast"]["age_us"]["p50"] / 1e3)
P99 = Figure("p99 ms", lambda result: result["fast"]["age_us"]["p99"] / 1e3)
PSS = Figure("PSS MiB", lambda result: result["pss_bytes"]["end"] / 2**20)


def memory_per_connection(result):
    """The slope from a quarter of the subscribers to all of them: what does not grow with them does not count."""
    subscribers, pss = result["fast"]["subscribers"], result["pss_bytes"]
    return (pss["end"] - pss["part"]) / (subscribers - subscribers // 4)


MEMORY = Figure("bytes/connection", memory_per_connection, 0)


def own(*names):
    """The servers of these names, and the other builds of Weir."""
    def kinds(options, programs):
        all_kinds = [servers.beast(programs / "bench_baseline"), servers.floor(programs / "bench_floor"),
                     servers.weir(WEIR, options.weir), *peers.all_of_them()]
        also = [servers.weir(name, path) for name, path in options.also]
        return [kind for kind in all_kinds if kind.name in names] + also
    return kinds


def variants(**settings):
    """Weir alone, set up differently, by name; `_` stands for a blank."""
    def kinds(options, programs):
        builds = [("", options.weir), *((f" {name}", path) for name, path in options.also)]
        return [servers.weir(name.replace("_", " ") + build, path, **{"load_arguments": (), **of_one})
                for build, path in builds for name, of_one in settings.items()]
    return kinds


def both(first, second):
    return lambda options, programs: first(options, programs) + second(options, programs)


def window(size, subscribers=1000, data_bytes=128, *more):
    return ("--mode", "window", "--window", size, "--subscribers", subscribers, "--bytes", data_bytes, *more)


def rate(per_s, subscribers, data_bytes=128, *more):
    return ("--mode", "rate", "--rate", per_s, "--subscribers", subscribers, "--bytes", data_bytes, *more)


def of_max_rate(updates_per_s, max_rate):
    return {"kind": "value", "load_arguments": ("--rate", updates_per_s, "--max-rate", max_rate)}


FANOUT = [Target(CPU, 1.15, (FLOOR,)),
          Target(CPU, 0.85, (NCHAN,), title="fanout W=1"), Target(CPU, 0.65, (MOSQUITTO,), title="fanout W=1"),
          Target(CPU, 0.55, (NATS,), title="fanout W=1"), Target(CPU, 0.3, (NATS,), title="fanout W=64"),
          Target(CPU, 0.05, (NCHAN, MOSQUITTO, BEAST), title="fanout W=64")]

SLOW_READERS = ("--slow", "name=link,delivery=latest,receive_buffer=8192",
                "--slow", "name=app,delivery=latest,window=8192", "--slow", "name=open,delivery=latest")
LINK, APP, OPEN = (Figure(f"{name}: last age s", slow_age(name), 2) for name in ("link", "app", "open"))

SCENARIOS = {
    "fanout": Comparison(own(FLOOR, WEIR, BEAST, *PEERS),
                         {f"fanout W={size}": window(size) for size in (1, 16, 64)},
                         (CPU, RATE, P50, P99, PSS), FANOUT),
    "many": Comparison(own(FLOOR, WEIR, BEAST), {"many": rate(4, 10_000)}, (CPU, P50, P99, PSS),
                       [Target(CPU, 1.1, (FLOOR,)), Target(P99, 1.25, (FLOOR,))]),
    "topics": Comparison(own(FLOOR, WEIR, BEAST, *PEERS), {"topics": window(1, 10_000, 128, "--topics", 1000)},
                         (CPU, RATE, P50, P99, PSS), [Target(CPU, 1.25, (FLOOR,)), Target(CPU, 0.6, PEERS)]),
    "idle": Comparison(both(own(FLOOR, BEAST), variants(weir={}, weir_tls={"is_tls": True})),
                       {"idle": ("--mode", "idle", "--subscribers", 5000)}, (MEMORY, CPU_PER_CONNECT, PSS),
                       [Target(MEMORY, 700), Target(MEMORY, 16_500, server="weir tls")], seconds=1),
    "slow": Comparison(variants(weir={"kind": "value"}),
                       {"slow": ("--mode", "phases", "--subscribers", 99, "--bytes", 2000, "--rate", 400, "--delivery",
                                 "latest", "--warm-up", 0.5, "--alone", 1, *SLOW_READERS, "--phase", "10000:{seconds}")},
                       (LINK, APP, OPEN), [Target(LINK, 0.8), Target(APP, 1.0), Target(OPEN, None)], seconds=12),
    "connect": Comparison(own(FLOOR, WEIR, BEAST, *PEERS), {"connect": ("--mode", "idle", "--subscribers", 10_000)},
                          (CPU_PER_CONNECT, CONNECTS),
                          [Target(CPU_PER_CONNECT, 1.0, (BEAST,)), Target(CPU_PER_CONNECT, 1.3, (NCHAN,))], seconds=0.2),
    "delay": Comparison(variants(weir={}, weir_10_ms={"topics": "max_delay_ms = 10"}), {"delay": rate(1000, 100)},
                        (CPU, P50, P99), [Target(CPU, 0.4, (WEIR,), "weir 10 ms")]),
    "max-rate": Comparison(variants(weir=of_max_rate(10_000, 1), weir_twice_the_updates=of_max_rate(20_000, 1),
                                    weir_twice_the_rate=of_max_rate(10_000, 2)),
                           {"max-rate": ("--mode", "rate", "--subscribers", 10_000, "--topics", 1000, "--topics-each", 10,
                                         "--delivery", "latest", "--warm-up", 3)},
                           (CPU_PER_S, LINES, RATE, CPU, P50, PSS),
                           [Target(CPU_PER_S, 1.3, (WEIR,), "weir twice the updates"),
                            Target(CPU_PER_S, 2.1, (WEIR,), "weir twice the rate")]),
    "wildcard": Comparison(own(FLOOR, WEIR, MOSQUITTO, NATS),
                           {"wildcard": rate(50, 1000, 128, "--topics", 1000, "--wildcard")}, (CPU, RATE, P50, P99, PSS),
                           [Target(CPU, None, (FLOOR,)), Target(CPU, None, (MOSQUITTO, NATS))]),
    "records": Comparison(variants(weir_fields={"kind": "record", "load_arguments": ("--filling", "fields")},
                                   weir_whole={"kind": "value", "load_arguments": ("--filling", "words")}),
                          {"records": rate(1000, 1000, 400, "--topics", 10, "--delivery", "latest",
                                           "--max-rate", 0, "--max-rate", 5, "--max-rate", 20)},
                          (CPU, RATE, BYTES, P50, P99),
                          [Target(CPU, None, ("weir whole",), "weir fields"),
                           Target(BYTES, None, ("weir whole",), "weir fields")]),
    "ingest": Comparison(own(WEIR, BEAST, MOSQUITTO, NATS), {"ingest": window(500, 1, 72)}, (CPU_PER_LINE, LINES, P50, PSS),
                         [Target(CPU_PER_LINE, 1e6 / 300_000), Target(CPU_PER_LINE, 1.0, (MOSQUITTO,))]),
    "deflate": Comparison(variants(weir={}, weir_deflate={"listen": "deflate = true\n", "load_arguments": ("--deflate",)}),
                          {"deflate": window(1, 1000, 512, "--filling", "words")}, (CPU, RATE, BYTES, P50),
                          [Target(CPU, 1.2, (WEIR,), "weir deflate")]),
    "tls": Comparison(variants(weir={}, weir_tls={"is_tls": True}),
                      {f"tls W={size}": window(size) for size in (1, 16)}, (CPU, RATE, P50, PSS),
                      [Target(CPU, 1.7, (WEIR,), "weir tls", "tls W=1"), Target(CPU, None, (WEIR,), "weir tls", "tls W=16")]),
    "cbor": Comparison(variants(weir={}, weir_cbor={"load_arguments": ("--codec", "cbor")}),
                       {f"cbor W={size}": window(size) for size in (1, 16)}, (CPU, RATE, BYTES, P50),
                       [Target(CPU, None, (WEIR,), "weir cbor"), Target(BYTES, None, (WEIR,), "weir cbor")]),
}
