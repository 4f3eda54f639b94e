"""The example feeders: whatever happens to their connections, each line arrives once and in order."""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import threading

import pytest

from certificates import Authority
from cutter import Cutter
from ports import free_port
from weir_process import FEED, PATIENCE_S, Gateway, wait_until

EXAMPLES = pathlib.Path(__file__).parents[3] / "adapters/examples"
FEEDERS = {"python": [sys.executable, str(EXAMPLES / "feeder.py")], "node": ["node", str(EXAMPLES / "feeder.mjs")]}
SECRET = "secret-of-the-feeder-0123"
SEED = int(os.environ.get("WEIR_SEED", "1"))
STREAM = '[[topics]]\nfilter = "numbers"\nkind = "stream"\nring_entries = 100000\nring_bytes = "64MiB"\n'
COUNT = 3000
CUTS = 20
COUNT_OVER_KILL = 30_000  # so many that it is not over before the gateway is
WINDOW = 500  # of the examples


def feed_at(port):
    return re.sub("127.0.0.1:0", f"127.0.0.1:{port}", FEED)


class Run:
    """One feeder that feeds 1 to `count` into the topic `numbers`."""

    def __init__(self, language, port, count, *words, **environment):
        self.process = subprocess.Popen(
            [*FEEDERS[language], "127.0.0.1", str(port), "numbers", *words],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment,
        )
        self.input = "".join(f"{number}\n" for number in range(1, count + 1))
        self.writer = threading.Thread(target=self._write, daemon=True)  # more than a pipe holds
        self.writer.start()

    def _write(self):
        with contextlib.suppress(BrokenPipeError), self.process.stdin:
            self.process.stdin.write(self.input)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.writer.join()
        self.process.stderr.close()

    def end(self):
        """Waits for its end and returns its exit code."""
        return self.process.wait(PATIENCE_S)


def numbers_of(messages):
    return [message["d"] for message in messages if "d" in message]


@pytest.mark.parametrize("language", FEEDERS)
@pytest.mark.parametrize("is_guarded", [False, True], ids=["plain", "tls and secret"])
def test_each_line_arrives_once_over_connections_that_are_cut(start, connect, tmp_path, language, is_guarded):
    print("WEIR_SEED", SEED)
    adapters, words, environment = FEED, [], {}
    if is_guarded:
        authority = Authority(tmp_path)
        certificate, key = authority.issue("gateway")
        (tmp_path / "secret").write_text(SECRET)
        adapters += (
            f'tls = {{ certificate = "{certificate}", key = "{key}" }}\n'
            f'[[adapter.feeders]]\nname = "numbers"\nsecret_file = "{tmp_path}/secret"\n'
        )
        words, environment = [authority.ca], {"WEIR_FEED_SECRET": SECRET}
    gateway = start(more=STREAM, adapters=adapters, shards=2)
    client = connect(gateway)
    client.subscribe("numbers", delivery="all")
    with Cutter(gateway.feed_port, SEED, CUTS) as cutter, Run(
        language, cutter.port, COUNT, *words, **environment
    ) as feeder:
        seen = client.until(lambda message: message.get("d") == COUNT)
        assert feeder.end() == 0
        assert cutter.done >= CUTS // 2  # the others had nothing left to cut
    assert not [message for message in seen if message.get("op") == "gap"]
    assert numbers_of(seen) == list(range(1, COUNT + 1))
    client.request("ping")
    assert numbers_of(client.messages) == []  # nothing comes of what was sent twice


@pytest.mark.parametrize("language", FEEDERS)
def test_a_wrong_secret_ends_the_feeder(start, tmp_path, language):
    (tmp_path / "secret").write_text(SECRET)
    gateway = start(adapters=FEED + f'[[adapter.feeders]]\nname = "numbers"\nsecret_file = "{tmp_path}/secret"\n')
    with Run(language, gateway.feed_port, 1, WEIR_FEED_SECRET="another-secret-0123456789") as feeder:
        assert feeder.end() == 1
        assert "bad_token" in feeder.process.stderr.read()


@pytest.mark.parametrize("language", FEEDERS)
def test_over_a_kill_of_the_gateway_nothing_unacknowledged_is_lost(start, connect, tmp_path, language):
    """The ring goes with the gateway: what it had but not acknowledged comes again, in a new epoch and told as that."""
    folder = tmp_path / "killed"
    folder.mkdir()
    port = free_port()
    first = Gateway(folder, more=STREAM, adapters=feed_at(port))
    try:
        client = connect(first)
        client.subscribe("numbers", delivery="all")
        with Run(language, port, COUNT_OVER_KILL) as feeder:
            before = client.until(lambda message: message.get("d") == COUNT)
            topic = next(message for message in before if message.get("op") == "topic")
            first.kill()
            while (message := client.next()) is not None:
                before.append(message)
            second = start(more=STREAM, adapters=feed_at(port))
            again = connect(second)
            last = [message for message in before if "d" in message][-1]
            again.subscribe(
                "numbers", delivery="all", **{"from": {"numbers": {"epoch": topic["epoch"], "offset": last["o"]}}}
            )
            after = again.until(lambda message: message.get("d") == COUNT_OVER_KILL)
            assert feeder.end() == 0
    finally:
        first.kill()
    seen, came = numbers_of(before), numbers_of(after)
    assert seen == list(range(1, len(seen) + 1))
    assert 1 < came[0] and came == list(range(came[0], COUNT_OVER_KILL + 1))  # once and in order in its epoch
    # Acknowledged and not yet delivered: lost with the gateway, and told. Not acknowledged and delivered: comes again.
    assert came[0] > len(seen) - WINDOW, (came[0], len(seen))
    told = [message for message in after if message.get("op") == "gap"]
    assert told and told[0]["cause"] == "epoch", after[:5]


def test_a_feeder_goes_on_when_the_gateway_comes_up_later(start, connect):
    port = free_port()
    with Run("python", port, 10) as feeder:
        wait_until(lambda: "Connect call failed" in feeder.process.stderr.readline(), "it has tried")
        client = connect(start(more=STREAM, adapters=feed_at(port)))
        client.subscribe("numbers", delivery="all", history=10)
        assert numbers_of(client.until(lambda message: message.get("d") == 10)) == list(range(1, 11))
        assert feeder.end() == 0
