"""A network that is bad on purpose, in front of a gateway: tests/support/chaos."""
import os
import subprocess

PATIENCE_S = 20  # for what takes it no time


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
