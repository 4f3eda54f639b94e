"""What a case works with: gateways that have the adapter, clients of them, and the source."""
import contextlib
import json
import time

from weir_client import Client
from weir_process import PATIENCE_S, Gateway, run, wait_until

from .ledger import Ledger, NotYet

NAME = "conform"  # of the adapter
STATES = ("connecting", "up", "down", "reconnecting")
SOURCE_S = 3 * PATIENCE_S  # for a source to be noticed, or to be back


class Lab:
    """Owns what one case starts, and ends it."""

    def __init__(self, driver, case_name, folder, rounds):
        self.driver = driver
        self.case_name = case_name
        self.folder = folder
        self.rounds = rounds
        self.gateways = []
        self.is_source_lost = False  # it could not be brought back
        self._clients = []
        self._attached = None

    def topic(self, name):
        """Another one in each case, so that what a case leaves in the source is nothing to the next."""
        return f"{self.driver.prefix}/{self.case_name}/{name}"

    # The gateway

    def start(self, keys=None, on_outage="keep", kind="stream", ring="", is_up=True):
        """A gateway with the adapter; waits until that is up. `keys`: more of the adapter's own."""
        folder = self.folder / f"gateway{len(self.gateways)}"
        folder.mkdir()
        gateway = Gateway(
            folder, shards=2, more=self._rights() + self._topics(kind, ring), adapters=self._adapter(keys, on_outage)
        )
        self.gateways.append(gateway)
        if is_up:
            self._attached = gateway
            self.driver.attach(gateway)
            self.wait_up(gateway)
        return gateway

    def check(self, keys=None):
        """What `weir check` says, and whether it found nothing."""
        config = self.folder / "check.toml"
        config.write_text(self._adapter(keys, "keep"))
        checked = run("check", "-c", str(config))
        assert checked.returncode in (0, 1), f"weir check ended with {checked.returncode}: {checked.stderr}"
        return checked.returncode == 0, checked.stdout + checked.stderr

    def _adapter(self, keys, on_outage):
        table = {key: value for key, value in self.driver.config().items() if key != "name"}
        if table.get("type") == "plugin":
            table["config"] = with_keys(table.get("config", {}), keys or {})
        else:
            table = with_keys(table, keys or {})
        table = {"topics": [f"{self.driver.prefix}/#"], **table, "name": NAME, "on_outage": on_outage}
        return "\n[[adapter]]\n" + "".join(f"{key} = {to_toml(value)}\n" for key, value in table.items())

    def _rights(self):
        return f'[[rights]]\nidentity = "anonymous"\npublish = ["{self.driver.prefix}/#"]\n'

    def _topics(self, kind, ring):
        if self.driver.publishes is None:
            return ""  # it knows what its topics are
        ring = ring or 'ring_entries = 100000\nring_bytes = "256MiB"\n'
        return f'[[topics]]\nfilter = "{self.driver.prefix}/#"\nkind = "{kind}"\n{ring}'

    # What it says of its adapter

    def status(self, gateway):
        found = json.loads(gateway.get("/admin/adapters"))["adapters"]
        return next(each for each in found if each["adapter"] == NAME)

    def wait_up(self, gateway):
        wait_until(lambda: self.status(gateway)["state"] == "up", "the adapter is up", seconds=SOURCE_S)

    def wait_away(self, gateway):
        wait_until(lambda: self.status(gateway)["state"] != "up", "the adapter notices the outage", seconds=SOURCE_S)

    def metric(self, gateway, name, **labels):
        shown = ",".join(f'{key}="{value}"' for key, value in {"adapter": NAME, **labels}.items())
        return gateway.metric(f"{name}{{{shown}}}")

    def check_state_everywhere(self, gateway, is_up):
        """The admin list, the metrics, readiness and the topic agree. Gives what the topic says."""
        client = self.connect(gateway)
        client.subscribe(f"$weir/adapters/{NAME}", delivery="latest")
        while True:
            state = self.status(gateway)["state"]
            assert (state == "up") == is_up, f"the admin list says {state}"
            shown = {each: self.metric(gateway, "weir_adapter_state", state=each) for each in STATES}
            code, text = gateway.ask("GET", "/readyz")
            if self.status(gateway)["state"] == state:
                break  # else it has changed meanwhile: between two attempts to connect, for example
        assert shown == {each: float(each == state) for each in STATES}, f"the metrics say {shown}, the list {state}"
        if is_up:
            assert code == 200, f"/readyz says {code}: {text}"
        else:
            assert code == 503 and NAME in text, f"/readyz says {code}: {text}"
        told = client.until(lambda message: "d" in message and (message["d"]["state"] == "up") == is_up)[-1]["d"]
        assert set(told) == {"state", "reason"}, told
        return told

    # Clients

    def connect(self, gateway):
        self._clients.append(Client(gateway.url))
        return self._clients[-1]

    def follow(self, gateway, *names, history=0, **excuses):
        """The ledger of a new client with `all` to these topics. Where the adapter has to ask the source first, it has."""
        client = self.connect(gateway)
        client.request("connect", heartbeat_ms=60_000)  # it does not read all the time
        for name in names:
            client.subscribe(self.topic(name), delivery="all", **({"history": history} if history else {}))
        ledger = Ledger(client, may_repeat=self.driver.repeats, **excuses)
        if self.driver.on_demand == {} and self.driver.publishes == "live":
            for name in names:
                self.probe(ledger, self.topic(name))
        return ledger

    def probe(self, ledger, topic):
        """Publishes until something arrives: the source was asked for the topic some time before."""
        probes, deadline = ledger.probes, time.monotonic() + SOURCE_S
        while ledger.probes == probes:
            assert time.monotonic() < deadline, f"nothing of {topic} arrives"
            self.driver.publish(topic, ["0"])
            with contextlib.suppress(NotYet):
                ledger.wait_for(lambda ledger: ledger.probes > probes, "a probe", seconds=0.2)

    def publish(self, name, first, last, pad=0):
        """Lets the source publish the numbers from `first` to `last` to the topic of that name."""
        self.driver.publish(self.topic(name), list(numbers(first, last, pad)))

    # The source

    @contextlib.contextmanager
    def away(self, how):
        """The source is killed or stopped, and back behind it."""
        if how == "kill":
            self.driver.kill()
        else:
            self.driver.stop()
        try:
            yield
        finally:
            self.is_source_lost = True
            if how == "kill":
                self.driver.start()
            else:
                self.driver.cont()
            if self._attached and self._attached.process.poll() is None:
                self.driver.attach(self._attached)
            self.is_source_lost = False

    def end(self):
        """Ends all; nothing may be left, and every gateway ends well."""
        for client in self._clients:
            client.end()
        codes = [gateway.stop() for gateway in self.gateways]
        assert not any(codes), f"the gateway ended with {codes}"


def numbers(first, last, pad=0):
    for number in range(first, last + 1):
        yield f'{{"n":{number},"pad":"{"x" * pad}"}}' if pad else str(number)


def with_keys(table, keys):
    return {key: value for key, value in {**table, **keys}.items() if value is not None}


def to_toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {to_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers and truth values look the same there
