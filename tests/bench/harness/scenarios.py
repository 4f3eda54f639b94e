"""What is measured. Each scenario is a list of cases, each case one call of the load generator per server."""
import dataclasses
import typing

BASELINE = "beast"
FLOOR = "floor"


@dataclasses.dataclass(frozen=True)
class Case:
    title: str
    load_arguments: tuple
    cost: typing.Callable  # of a result: the figure that is compared with the baseline's
    window: str = "-"
    target: float | None = None  # greatest ratio of Weir's cost to the baseline's

    def summary(self, result):
        if self.load_arguments[1] == "idle":
            return f"{self.cost(result):.0f} bytes a connection, {cpu_per_connect(result):.0f} us to connect it"
        age = result["fast"]["age_us"]
        return (f"{result['deliveries_per_s'] / 1e3:.1f} k deliveries/s, {result['cpu_us_per_delivery']:.3f} us each, "
                f"p50 {age['p50'] / 1e3:.1f} ms, p99 {age['p99'] / 1e3:.1f} ms, "
                f"server busy {result['server_busy']:.0%}, load {result['load_busy']:.0%}")


def cpu_per_delivery(result):
    return result["cpu_us_per_delivery"]


def cpu_per_connect(result):
    return result["connect"]["server_cpu_us"] / (result["fast"]["subscribers"] + result["slow"]["subscribers"])


def bytes_per_connection(result):
    """The slope from a quarter of the subscribers to all of them: what does not grow with them does not count."""
    subscribers, pss = result["fast"]["subscribers"], result["pss_bytes"]
    return (pss["end"] - pss["part"]) / (subscribers - subscribers // 4)


def fanout(window, target):
    return Case(f"fanout W={window}",
                ("--mode", "window", "--window", window, "--subscribers", 1000, "--bytes", 128),
                cpu_per_delivery, str(window), target)


def slow(title, bytes_per_s):
    """99 that read at once and one that does not, at 200 messages of 2 KiB a second."""
    return Case(title,
                ("--mode", "rate", "--rate", 200, "--subscribers", 99, "--bytes", 2048, "--slow", 1,
                 "--slow-delivery", "latest", "--slow-bytes-per-s", bytes_per_s, "--slow-receive-buffer", 8192),
                cpu_per_delivery)


def rate(messages_per_s):
    return Case(f"rate {messages_per_s}/s",
                ("--mode", "rate", "--rate", messages_per_s, "--subscribers", 1000, "--bytes", 128), cpu_per_delivery)


SCENARIOS = {
    "fanout": [fanout(1, 0.8), fanout(16, 0.2), fanout(64, None)],
    "rate": [rate(10)],
    "idle": [Case("idle", ("--mode", "idle", "--subscribers", 5000), bytes_per_connection)],
    "slow": [slow("slow 10 kB/s", 10_000), slow("slow stalled", 0)],
}
