"""The adapter `market` of a gateway under test, which gets what a broker of our own has."""
import json

from weir_process import wait_until


def toml(value):
    """As it stands behind a key."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def adapter(broker, name="market", **keys):
    """The [[adapter]] section of this broker."""
    keys = {"brokers": [broker.url], "heartbeat_ms": broker.heartbeat_ms, "reconnect_max_ms": 500, **keys}
    lines = "".join(f"{key} = {toml(value)}\n" for key, value in keys.items())
    return f'\n[[adapter]]\nname = "{name}"\ntype = "{broker.type}"\n{lines}'


def _listed(gateway, name):
    found = json.loads(gateway.get("/admin/adapters"))
    return next(each for each in found["adapters"] if each["adapter"] == name)


def state(gateway, name="market"):
    return _listed(gateway, name)["state"]


def reason(gateway, name="market"):
    return _listed(gateway, name)["reason"]


def wanted(gateway, name="market"):
    return _listed(gateway, name)["wanted"]


def wait_up(gateway, name="market"):
    wait_until(lambda: state(gateway, name) == "up", f"{name} is up", seconds=60)


def wait_away(gateway, name="market"):
    wait_until(lambda: state(gateway, name) == "reconnecting", f"{name} misses its broker", seconds=60)


def counter(gateway, event):
    return gateway.metric(f'weir_adapter_events_total{{adapter="market",event="{event}"}}')


def data_of(messages):
    return [message["d"] for message in messages if "d" in message]


def poisoned(gateway, name="market"):
    return gateway.metric(f'weir_adapter_poison_messages_total{{adapter="{name}"}}')


def causes_of(messages):
    return [message["cause"] for message in messages if message.get("op") == "gap"]
