"""A network that is bad on purpose, in front of a gateway: tests/support/chaos."""
import os
import re
import subprocess

PATIENCE_S = 20  # for what takes it no time
# Commands, such as "split 1", of networks through which all gateways are reached; empty: there are none. Few bytes go
# through, so tests of how much do less of the same.
THROUGH = [command for command in os.environ.get("WEIR_THROUGH", "").split(",") if command]


class BadNetwork:
    """A proxy of 127.0.0.1:`target`, at `port`, that does `commands` to bytes and connections, such as "split 1"; see
    tests/support/chaos/proxy.hpp."""

    def __init__(self, target, *commands):
        words = [os.environ["WEIR_CHAOS_PROXY"], f"127.0.0.1:{target}", *commands]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def do(self, *commands):
        """Returns when they have been carried out."""
        for command in commands:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            assert self.process.stdout.readline() == "ok\n", command

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()


_networks = {}  # by the port that they lead to, where one gateway may follow another


def through(url):
    """Where the same is reached through the network of this run; those lead to IPv4 only."""
    found = re.fullmatch(r"(\w+://127\.0\.0\.1:)(\d+)(.*)", url)
    if not THROUGH or not found:
        return url
    scheme, port, rest = found.groups()
    if port not in _networks:
        _networks[port] = BadNetwork(port, *THROUGH)
    return f"{scheme}{_networks[port].port}{rest}"


def end_networks():
    """To be called when no gateway is left."""
    while _networks:
        _networks.popitem()[1].end()
