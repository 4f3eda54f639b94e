"""The real program, started on free ports and stopped by its process id."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

from bad_network import through

WEIR = os.environ.get("WEIR_BINARY", str(pathlib.Path(__file__).parent / "../../../build/dev/weir"))
IS_SANITIZED = os.environ.get("WEIR_SANITIZED", "") != ""
# How long to wait for what should be there at once; no test passes by waiting.
PATIENCE_S = 60 if IS_SANITIZED else 20

RIGHTS = """
[[rights]]
identity = "anonymous"
subscribe = ["#", "$weir/#"]
publish = ["chat/#"]
"""
FEED = """
[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"
"""


def wait_until(condition, what, seconds=PATIENCE_S):
    """Returns the first true value of `condition()`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def run(*words, stdin=None, seconds=PATIENCE_S):
    """Runs `weir` to its end."""
    return subprocess.run([WEIR, *words], input=stdin, capture_output=True, text=True, timeout=seconds, check=False)


class Gateway:
    """One `weir serve`. `more` is added to the configuration, `limits`, `listen` and `admin` are lines of the
    sections of that name; `port` is that of a gateway that has ended, where it has to be the same."""

    was_killed = False

    def __init__(self, folder, shards=1, more="", limits="", adapters=FEED, port=0, listen="", admin=""):
        self.folder = folder
        self.config = folder / "weir.toml"
        self.config.write_text(
            f"shards = {shards}\n[[listen]]\nport = {port}\n{listen}\n[admin]\nport = 0\n{admin}\n[limits]\ndrain_ms = 1000\n{limits}\n"
            f"{RIGHTS}{more}{adapters}"
        )
        self.log_file = folder / "log"
        self.output = folder / "addresses"
        with open(self.output, "w", encoding="utf-8") as output, open(self.log_file, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([WEIR, "serve", "-c", str(self.config)], stdout=output, stderr=log)
        names = ["client", "admin"] + [f"adapter:{name}" for name in re.findall('name = "(.*)"\ntype = "tcp"', adapters)]
        wait_until(lambda: self._has_ended() or all(self.address(name) for name in names), f"addresses of {names}")
        assert not self._has_ended(), self.log()

    def _has_ended(self):
        return self.process.poll() is not None

    @property
    def pid(self):
        return self.process.pid

    @property
    def url(self):
        return self.address("client")

    @property
    def feed_port(self):
        return int(self.address("adapter:feed").rsplit(":", 1)[1])

    def address(self, name):
        found = re.search(f"^listening {re.escape(name)} (.*)$", self.output.read_text(), re.MULTILINE)
        return found and through(found[1])

    def log(self):
        return self.log_file.read_text()

    def get(self, path):
        """The text of a page of the admin port."""
        with urllib.request.urlopen(self.address("admin") + path.lstrip("/"), timeout=PATIENCE_S) as answer:
            return answer.read().decode()

    def ask(self, method, path, body=None, **headers):
        """The status and the text of an answer of the admin port, whatever the status is."""
        request = urllib.request.Request(
            self.address("admin") + path.lstrip("/"),
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def metric(self, series):
        """The value of one series, such as 'weir_net_closes_total{reason="restart"}'; 0 where it is not there."""
        found = re.search(f"^{re.escape(series)} (.*)$", self.get("/metrics"), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def private_kib(self):
        """Memory that only this process has."""
        rollup = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return sum(int(size) for size in re.findall(r"^Private_\w+: +(\d+) kB$", rollup, re.MULTILINE))

    def peak_kib(self):
        """The most memory that it has ever had."""
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", pathlib.Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)[1])

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """Ends it without giving it a chance; how it ended counts as well."""
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self.was_killed = True

    def stop(self):
        """Ends it and returns its exit code."""
        if not self._has_ended():
            self.signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE_S)
            return 0 if self.was_killed else code
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
