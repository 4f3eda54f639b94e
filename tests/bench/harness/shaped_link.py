"""The scenario shaped-link: how old data are behind a link of 64 kbit/s, without any help of the client."""
import contextlib

from . import link, scenarios, servers, slow_consumer, table

BITS_PER_S = 64_000
QUEUE_MS = 400
MEDIAN_AGE_S_MAX = 0.9


class ShapedLink(scenarios.Scenario):
    """99 on loopback that read at once, and one behind the link, with default buffers and no window."""
    seconds = 30
    name = "weir latest"

    def __init__(self):
        self.link = None

    @contextlib.contextmanager
    def surroundings(self):
        with link.shaped(BITS_PER_S, QUEUE_MS) as self.link:
            print(f"the link: {self.link}", flush=True)
            yield

    def kinds(self, options, programs):
        also = [servers.weir(name, path, "value", "latest", self.link.listen_addresses) for name, path in options.also]
        return [servers.weir(self.name, options.weir, "value", "latest", self.link.listen_addresses), *also]

    def titles(self):
        return ["shaped-link"]

    @contextlib.contextmanager
    def arguments(self, title, kind, server, seconds):
        with self.link.to(server) as where:
            yield ["--mode", "phases", "--subscribers", slow_consumer.SUBSCRIBERS, "--bytes",
                   slow_consumer.MESSAGE_BYTES, "--rate", slow_consumer.MESSAGES_PER_S, "--delivery", kind.delivery,
                   "--warm-up", 0.5, "--alone", max(seconds / 6, 0.5), "--phase", f"0:{seconds}",
                   "--slow", f"name=link,delivery={kind.delivery},reads=at_once,{where}"]

    def summary(self, title, result):
        phase = result["phases"][0]
        seen = slow_consumer.ages_of(phase, "link")
        return (f"{seen.handled} messages behind the link, {table.number(seen.median, 2)} s old, "
                f"{bytes_per_s(phase):.0f} bytes/s; others' p99 {slow_consumer.p99_ms(phase):.1f} ms")

    def render(self, runs, names):
        columns = ("server", "messages handled", "bytes/s", "age s: median", "p99", "last", "first third",
                   "last third", "others' p99 ms: alone", "beside")
        return table.render(columns, [self._row(runs, name) for name in names]) + f"\nThe link: {self.link}."

    @staticmethod
    def _row(runs, name):
        results = slow_consumer.runs_of(runs, name)

        def age(figure, digits=2):
            return table.number(slow_consumer.age_figure(runs, name, 0, "link", figure), digits)

        return (name, age("handled", 0), table.median(results, lambda result: bytes_per_s(result["phases"][0]), 0),
                age("median"), age("p99"), age("last"), age("first_third"), age("last_third"),
                table.median(results, lambda result: slow_consumer.p99_ms(result["alone"]), 1),
                table.median(results, lambda result: slow_consumer.p99_ms(result["phases"][0]), 1))

    def missed(self, runs):
        median = slow_consumer.age_figure(runs, self.name, 0, "link", "median")
        if median is None or median > MEDIAN_AGE_S_MAX:
            yield f"shaped-link: data are {table.number(median, 2)} s old, at most {MEDIAN_AGE_S_MAX} s is wanted"


def bytes_per_s(phase):
    return phase["slow"]["link"]["received_bytes"] / phase["seconds"]
