"""Thousands of clients in a process of their own, with oracles: tests/support/swarm."""
import json
import os
import subprocess
import threading
import time

FAULTS = ("lost", "duplicated", "reordered", "unreported", "phantom")


class Swarm:
    """`latest` is what it has said last: see tests/support/swarm/main.cpp."""

    def __init__(self, clients, topics, urls):
        self.clients = clients
        self.latest = {"ready": 0, "arrivals": 0, "last": 0}
        words = [os.environ["WEIR_SWARM"], str(clients), str(topics), *urls]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.latest = json.loads(line)

    def wait(self, condition, what, seconds):
        """Returns after how many seconds the condition held of what it says."""
        began = time.monotonic()
        while not condition(self.latest):
            assert self.process.poll() is None, "the swarm has died"
            assert time.monotonic() < began + seconds, f"not within {seconds} s: {what}; {self.latest}"
            time.sleep(0.05)
        return time.monotonic() - began

    def wait_ready(self, seconds=120):
        self.wait(lambda said: said["ready"] == self.clients, "all are ready", seconds)

    def wait_reached(self, number, seconds=60):
        """All have what was published up to that one, and are connected."""
        self.wait(lambda said: said["ready"] == self.clients and said["last"] >= number, f"all have {number}", seconds)

    def assert_nothing_is_wrong(self):
        """Neither in what gateways sent nor in what applications would have got."""
        for found in (self.latest["received"], self.latest["told"]):
            assert not any(found[fault] for fault in FAULTS), self.latest

    def assert_there_are_no_gaps(self):
        """Nobody was away for longer than gateways or sources keep what there was."""
        assert self.latest["received"]["gaps"] == self.latest["told"]["gaps"] == 0, self.latest

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.reader.join()
        self.process.stdout.close()


class Source:
    """Publishes 1, 2, ... to all the swarm's topics, with `publish(number)`, until it is stopped; `number` is the last."""

    def __init__(self, publish, interval_s):
        self.publish, self.interval_s = publish, interval_s
        self.number = 0
        self.failure = None
        self.stops = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            while not self.stops.wait(self.interval_s):
                self.publish(self.number + 1)
                self.number += 1
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure

    def stop(self):
        self.stops.set()
        self.thread.join()
        assert not self.failure, self.failure
        return self.number

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stops.set()
        self.thread.join()
