"""What a subscriber was told, held against what the source has sent."""
import collections

from weir_client import pump
from weir_process import PATIENCE_S


class NotYet(AssertionError):
    """What was waited for has not come in time; nothing else was wrong."""


class Ledger:
    """One subscriber with `all` to topics whose data count 1, 2, 3 ...: in order, each once, and nothing missing but
    where the gateway has told so. A number that is 0 is a probe, and does not count.

    `may_repeat`: old numbers may come again. `stale_tells_loss`: being stale tells that something may be missing.
    `is_late`: what was before the first number is no matter. `may_lose`: the source drops without a word."""

    def __init__(self, client, may_repeat=False, stale_tells_loss=False, is_late=False, may_lose=False):
        self.client = client
        self.may_repeat = may_repeat
        self.stale_tells_loss = stale_tells_loss
        self.is_late = is_late
        self.may_lose = may_lose
        self.first = {}  # by topic
        self.last = collections.Counter()  # by topic
        self.told = collections.defaultdict(list)  # by topic: "gap", "cleared", "stale", "back"
        self.count = 0
        self.missing = 0  # numbers that never came
        self.repeated = 0
        self.probes = 0
        self.problems = []
        self._topics = {}
        self._excused = set()  # topics where what is missing next was told

    def wait_for(self, condition, what, seconds=PATIENCE_S):
        """Reads until `condition(self)`; nothing that was read may be wrong."""

        def is_done():
            self.take()
            return self.problems or condition(self)

        done = pump([self.client], is_done, seconds)
        assert not self.problems, "; ".join(self.problems[:5])
        assert self.client.closed is None, f"the client was closed: {self.client.closed}"
        if not done:
            raise NotYet(f"not within {seconds} s: {what}; so far {dict(self.last)}, told {dict(self.told)}")

    def wait_for_numbers(self, topics, number, seconds=PATIENCE_S):
        """Until each topic has come to that number."""
        self.wait_for(lambda ledger: all(ledger.last[topic] >= number for topic in topics), f"number {number}", seconds)

    def wait_for_told(self, topics, what, seconds=PATIENCE_S):
        """Until each topic was told to be so; forgets it then."""
        self.wait_for(lambda ledger: all(what in ledger.told[topic] for topic in topics), f"every topic {what}", seconds)
        for topic in topics:
            self.told[topic].remove(what)

    def take(self):
        while self.client.messages:
            self._on(self.client.messages.popleft())

    def _on(self, message):
        if message.get("op") == "topic":
            self._topics[message["t"]] = message["topic"]
        elif message.get("op") == "gap":
            self._tell(message, "gap", is_excuse=True)
        elif message.get("op") == "stale":
            self._tell(message, "stale" if message["stale"] else "back", is_excuse=self.stale_tells_loss)
        elif "t" in message and message.get("x") is True:
            self._tell(message, "cleared", is_excuse=True)
        elif "t" in message and "d" in message:
            self._on_number(self._topics[message["t"]], message["d"])

    def _tell(self, message, what, is_excuse):
        topic = self._topics[message["t"]]
        self.told[topic].append(what)
        if is_excuse:
            self._excused.add(topic)

    def _on_number(self, topic, data):
        number = data if isinstance(data, int) else data["n"]
        if number == 0:
            self.probes += 1
            return
        self.count += 1
        if number <= self.last[topic]:
            self.repeated += 1
            if not self.may_repeat:
                self.problems.append(f"{topic}: {number} came behind {self.last[topic]}")
            return
        missing = number - self.last[topic] - 1
        if self.is_late and topic not in self.first:
            missing = 0
        if missing and not self.may_lose and topic not in self._excused:
            self.problems.append(f"{topic}: {number} came behind {self.last[topic]}, and no gap was told")
        self.missing += missing
        self.first.setdefault(topic, number)
        self.last[topic] = number
        self._excused.discard(topic)
