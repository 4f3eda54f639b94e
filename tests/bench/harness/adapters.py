"""The scenario adapters: how fast a broker's messages reach one subscriber through Weir, beside the client library alone."""
import contextlib
import dataclasses
import itertools
import os
import pathlib
import sys
import tempfile

from . import scenarios, servers, table

# the brokers that the tests start
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "integration" / "gateway"))

DATA_BYTES = 150
RATIO_MIN = 0.8  # of Weir's messages/s to the plain loop's
PLAIN, WEIR = "plain", "weir"
NAME = "bench"  # of the queue, topic, subject or channel; the topic in Weir is bench/a

CONFIG = """
shards = 1

[[listen]]
port = 0

[admin]
port = 0

[[rights]]
identity = "anonymous"
subscribe = ["bench/#"]

[[topics]]
filter = "bench/#"
kind = "stream"
ring_entries = 65536
ring_bytes = "64MiB"

[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"

{adapter}

[log]
level = "warning"
"""


class Source:
    """One broker and how Weir is configured for it. Started when it is first needed."""
    window = 5000  # messages under way
    name = NAME

    def start(self, folder):
        """Returns what ends it."""
        raise NotImplementedError

    def clear(self):
        """Nothing of the run before may be left."""

    def port_for(self, server):
        """Where the publisher and the plain loop connect. `server`: Weir's, or None."""
        return self.broker.port

    def adapter(self):
        """The [[adapter]]."""
        raise NotImplementedError


class Amqp(Source):
    """A durable queue, messages that are not persistent, 500 unacknowledged at most for both."""

    def start(self, folder):
        import rabbit  # not needed, and not installed, where other scenarios are measured
        self.broker = rabbit.Rabbit(folder / "rabbit")
        connection = self.broker.connect(heartbeat=0)
        self.channel = connection.channel()
        self.numbers = itertools.count(1)
        return self.broker.end

    def clear(self):
        """Another queue: what was not acknowledged comes back to the old one, some time later."""
        self.channel.queue_delete(self.name)
        self.name = f"{NAME}{next(self.numbers)}"
        self.channel.queue_declare(self.name, durable=True)

    def adapter(self):
        return (f'[[adapter]]\nname = "source"\ntype = "amqp"\nbrokers = ["{self.broker.url}"]\nqueue = "{self.name}"\n'
                'declare = false\ntopic = "bench/a"\n')


class Mqtt(Source):
    """QoS 0."""
    name = "bench/a"
    window = 500  # mosquitto drops what is behind the first 1000 for one subscriber

    def start(self, folder):
        import brokers
        self.broker = brokers.Mosquitto(folder / "mosquitto")
        return self.broker.end

    def adapter(self):
        return f'[[adapter]]\nname = "source"\ntype = "mqtt"\nbrokers = ["{self.broker.url}"]\nfilters = ["bench/a"]\n'


class Nats(Source):
    """Core NATS."""
    name = "bench.a"

    def start(self, folder):
        import brokers
        self.broker = brokers.NatsServer(folder / "nats")
        return self.broker.end

    def adapter(self):
        return f'[[adapter]]\nname = "source"\ntype = "nats"\nbrokers = ["{self.broker.url}"]\nsubjects = ["bench.a"]\n'


class Redis(Source):
    """Pub/sub."""
    name = "bench:a"

    def start(self, folder):
        import brokers
        self.broker = brokers.RedisServer(folder / "redis")
        return self.broker.end

    def adapter(self):
        return f'[[adapter]]\nname = "source"\ntype = "redis"\nbrokers = ["{self.broker.url}"]\nchannels = ["bench:a"]\n'


class Tcp(Source):
    """Lines of JSON, without a broker. The plain loop parses each with nlohmann/json."""
    name = "bench/a"

    def start(self, folder):
        return lambda: None

    def port_for(self, server):
        return server.feed_port if server else servers.free_ports(1)[0]

    def adapter(self):
        return ""  # it is there in any case


SOURCES = {"amqp": Amqp, "mqtt": Mqtt, "nats": Nats, "redis": Redis, "tcp": Tcp}


class Adapters(scenarios.Scenario):
    packages = ("bench",)
    targets = ("bench_adapters",)
    program = "bench_adapters"

    def kinds(self, options, programs):
        also = [servers.Kind(name, path, None, is_ours=True) for name, path in options.also]
        return [servers.Kind(PLAIN, programs / self.program, None), servers.Kind(WEIR, options.weir, None, is_ours=True),
                *also]

    def titles(self):
        return list(SOURCES)

    @contextlib.contextmanager
    def surroundings(self):
        with tempfile.TemporaryDirectory(prefix="weir-bench-brokers-") as folder, contextlib.ExitStack() as stack:
            self.folder, self.stack, self.sources = pathlib.Path(folder), stack, {}
            yield

    def source(self, title, core):
        """Started on that core when it is first asked for."""
        if title not in self.sources:
            source = SOURCES[title]()
            mask = os.sched_getaffinity(0)
            os.sched_setaffinity(0, {core})  # what is started has it as well
            try:
                self.stack.callback(source.start(self.folder))
            finally:
                os.sched_setaffinity(0, mask)
            self.sources[title] = source
        return self.sources[title]

    def measure(self, title, kind, options, cores):
        """The broker and the publisher have one core, whoever takes the messages has the other: the plain loop, or Weir
        and its subscriber."""
        broker_core, core = cores
        seconds = options.seconds or self.seconds
        source = self.source(title, broker_core)
        source.clear()
        command = [options.programs / self.program, "--broker", title, "--name", source.name, "--bytes", DATA_BYTES,
                   "--window", source.window, "--publisher-core", broker_core, "--seconds", seconds]
        if not kind.is_ours:
            return scenarios.run_program(kind, [*command, "--port", source.port_for(None)], core, seconds)
        kind = dataclasses.replace(kind, launch=lambda folder: launch(kind.program, folder, source))
        with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder, \
                servers.running(kind, core, pathlib.Path(folder)) as server:
            command += ["--port", source.port_for(server), "--client-port", server.client_port, "--server", server.pid]
            return scenarios.run_program(kind, command, core, seconds)

    def summary(self, title, result):
        return (f"{result['messages_per_s'] / 1e3:.1f} k messages/s, {result['cpu_us_per_message']:.2f} us each, "
                f"p50 {result['age_p50_us'] / 1e3:.1f} ms, publisher busy {result['publisher_busy']:.0%}")

    def render(self, runs, names):
        columns = ("source", "taken by", "messages/s", "ratio", "CPU us/message", "p50 ms", "publisher busy %")
        return table.render(columns, [row(runs, title, name) for title in self.titles() for name in names])

    def missed(self, runs):
        for name in sorted({run["server"] for run in runs} - {PLAIN}):
            for title in self.titles():
                reached = ratio(runs, title, name)
                if reached is not None and reached < RATIO_MIN:
                    yield (f"{title}: {name} takes {reached:.3f} of what the plain loop takes, "
                           f"at least {RATIO_MIN} is wanted")


def launch(program, folder, source):
    config = folder / "weir.toml"
    config.write_text(CONFIG.format(adapter=source.adapter()))
    return servers.Launch([program, "serve", "-c", config])


def ratio(runs, title, name):
    """To the plain loop: the median over the rounds, each beside the plain loop of the same round."""
    own, plain = (table.results_of(runs, title, which) for which in (name, PLAIN))
    return table.median_or_none([own[number]["messages_per_s"] / plain[number]["messages_per_s"]
                                 for number in own if number in plain and plain[number]["messages_per_s"] > 0])


def row(runs, title, name):
    results = list(table.results_of(runs, title, name).values())

    def median(figure, digits):
        return table.median(results, figure, digits)

    return (title, name,
            median(lambda result: result["messages_per_s"], 0),
            table.number(ratio(runs, title, name), 3),
            median(lambda result: result["cpu_us_per_message"], 2),
            median(lambda result: result["age_p50_us"] / 1e3, 1),
            median(lambda result: result["publisher_busy"] * 100, 0))
