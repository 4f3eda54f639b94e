"""The scenario slow-consumer: what slow readers get to see, and what they cost the others, for Weir and its peers."""
import contextlib

from . import ages, peers, scenarios, servers, table

SUBSCRIBERS, MESSAGE_BYTES, MESSAGES_PER_S = 99, 2000, 400
SPEEDS = {10_000: 0.1, 2_000: 0.25}  # bytes/s of the slow ones: greatest ratio of Weir's age to the best peer's
OTHERS_P99_RATIO_MAX = 1.5
WINDOW_BYTES = 4096
LATEST = "weir latest"
READERS = {"link": "8 KiB receive buffer", "app": "default buffer"}


class SlowConsumer(scenarios.Scenario):
    """99 that read at once; `link`, which has a small receive buffer, as a slow link has; and `app`, which has the
    default one, as a slow application on a good link, and acknowledges what it has handled where the server knows such
    a thing."""
    seconds = 60  # at each speed
    packages = ("bench",)

    def kinds(self, options, programs):
        also = [servers.weir(f"weir {name}", path, "value", "latest") for name, path in options.also]
        return [servers.weir(LATEST, options.weir, "value", "latest"), *also,
                servers.weir("weir all", options.weir, "stream", "all"),
                *peers.all_of_them()]

    def titles(self):
        return ["slow-consumer"]

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        window = WINDOW_BYTES if kind.is_ours else 0
        words = ["--mode", "phases", "--subscribers", SUBSCRIBERS, "--bytes", MESSAGE_BYTES, "--rate", MESSAGES_PER_S,
                 "--delivery", kind.delivery, "--warm-up", 0.5, "--alone", max(seconds / 6, 0.5),
                 "--slow", f"name=link,delivery={kind.delivery},receive_buffer=8192",
                 "--slow", f"name=app,delivery={kind.delivery},window={window}"]
        for speed in SPEEDS:
            words += ["--phase", f"{speed}:{seconds}"]
        yield words

    def summary(self, title, result):
        words = [f"others' p99 {p99_ms(result['alone']):.1f} ms alone"]
        for phase in result["phases"]:
            seen = ", ".join(f"{name} {table.number(ages_of(phase, name).median, 2)} s" for name in READERS)
            words.append(f"at {phase['bytes_per_s']} bytes/s {p99_ms(phase):.1f} ms and {seen} old")
        return "; ".join(words)

    def render(self, runs, names):
        ages_table = table.render(
            ("server", "slow reader", "bytes/s", "messages", "age s: median", "p99", "last", "first third", "last third",
             "cut off"),
            [age_row(runs, name, speed, reader) for name in names for speed in SPEEDS for reader in READERS])
        others_table = table.render(
            ("server", "slow ones: bytes/s", "others' p99 ms: alone", "beside", "ratio", "others' deliveries/s",
             "PSS MiB: alone", "peak", "RSS MiB: peak", "cut off by its log"),
            [others_row(runs, name, speed) for name in names for speed in SPEEDS])
        return (f"{SUBSCRIBERS} subscribers that read at once and two slow ones, {SUBSCRIBERS + len(READERS)} in all; "
                f"{MESSAGES_PER_S} messages/s of {MESSAGE_BYTES} bytes.\n"
                f"app: default receive buffer; beside Weir it acknowledges, with a window of {WINDOW_BYTES} bytes.\n\n"
                f"{ages_table}\n\n{others_table}")

    def missed(self, runs):
        yield from missed_ages(runs)
        for name in ours(runs):
            for speed in SPEEDS:
                against = table.median_or_none([others_ratio(run, speed) for run in runs_of(runs, name)])
                if against is not None and against > OTHERS_P99_RATIO_MAX:
                    yield (f"{name}: the others' p99 is {against:.2f} of what it is without the slow ones "
                           f"(at {speed} bytes/s), at most {OTHERS_P99_RATIO_MAX} is wanted")


def ours(runs):
    return sorted({run["server"] for run in runs if run["server"].startswith("weir")})


def runs_of(runs, name):
    return [run["result"] for run in runs if run["server"] == name]


def phase_of(result, speed):
    return next(phase for phase in result["phases"] if phase["bytes_per_s"] == speed)


def ages_of(phase, reader):
    return ages.of(phase["slow"][reader]["ages_s"], phase["seconds"])


def p99_ms(phase):
    return phase["fast"]["age_us"]["p99"] / 1e3


def others_ratio(result, speed):
    """Of the same run, so that a machine that becomes slower does so for both."""
    return p99_ms(phase_of(result, speed)) / p99_ms(result["alone"]) if p99_ms(result["alone"]) > 0 else None


def age_figure(runs, name, speed, reader, figure):
    """The median of the rounds."""
    return table.median_or_none([getattr(ages_of(phase_of(result, speed), reader), figure)
                                 for result in runs_of(runs, name)])


def age_row(runs, name, speed, reader):
    def age(figure, digits=2):
        return table.number(age_figure(runs, name, speed, reader, figure), digits)

    cut_off = sum(phase_of(result, speed)["slow"][reader]["closed"] for result in runs_of(runs, name))
    return (name, f"{reader}: {READERS[reader]}", str(speed), age("handled", 0), age("median"), age("p99"), age("last"),
            age("first_third"), age("last_third"), str(cut_off))


def others_row(runs, name, speed):
    results = runs_of(runs, name)

    def median(figure, digits):
        return table.median(results, figure, digits)

    return (name, str(speed),
            median(lambda result: p99_ms(result["alone"]), 1),
            median(lambda result: p99_ms(phase_of(result, speed)), 1),
            median(lambda result: others_ratio(result, speed), 2),
            median(lambda result: phase_of(result, speed)["deliveries_per_s"], 0),
            median(lambda result: result["alone"]["pss_peak_bytes"] / 2**20, 1),
            median(lambda result: phase_of(result, speed)["pss_peak_bytes"] / 2**20, 1),
            median(lambda result: result["rss_peak_bytes"] / 2**20, 1),
            str(sum(result["cut_off_by_log"] for result in results)))


def missed_ages(runs):
    """Of Weir with `latest`, beside the best peer of the same run of the bench."""
    peer_names = {run["server"] for run in runs} - set(ours(runs))
    for speed, ratio_max in SPEEDS.items():
        for reader in READERS:
            own = age_figure(runs, LATEST, speed, reader, "median")
            if own is None:
                yield f"{LATEST}: {reader} got nothing at {speed} bytes/s"
                continue
            of_peers = {name: age_figure(runs, name, speed, reader, "median") for name in peer_names}
            of_peers = {name: age for name, age in of_peers.items() if age is not None}
            best = min(of_peers, key=of_peers.get, default=None)
            if best is not None and own > ratio_max * of_peers[best]:
                yield (f"{LATEST}: {reader} at {speed} bytes/s has data {own:.2f} s old, which is "
                       f"{own / of_peers[best]:.3f} of {best}'s {of_peers[best]:.2f} s; at most {ratio_max} is wanted")
            yield from missed_growth(runs, speed, reader)


def missed_growth(runs, speed, reader):
    thirds = [age_figure(runs, LATEST, speed, reader, figure) for figure in ("first_third", "last_third")]
    seen = ages.Ages(0, None, None, None, *thirds)
    if ages.grows(seen, MESSAGE_BYTES / speed):
        yield (f"{LATEST}: {reader} at {speed} bytes/s has data that get older: {seen.first_third:.2f} s in the first "
               f"third, {seen.last_third:.2f} s in the last")
