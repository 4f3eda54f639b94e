"""SIGHUP: the configuration is read again, all of it or nothing, and nobody is sent away."""
import os
import pathlib
import re
import signal
import socket
from random import Random

import pytest

from test_tokens import CONFIG, SECRET, token
from weir_process import PATIENCE_S, run, wait_until


def edit(gateway, pattern, replacement):
    text = gateway.config.read_text()
    changed = re.sub(pattern, replacement, text)
    assert changed != text, pattern
    gateway.config.write_text(changed)


def reload(gateway, event="reloaded"):
    """Returns the log from the signal on, with at least one line of that event."""
    before = len(gateway.log())
    gateway.signal(signal.SIGHUP)
    wait_until(lambda: f" {event} " in gateway.log()[before:], event)
    return gateway.log()[before:]


@pytest.mark.parametrize("shards", [1, 4])
def test_new_rights_hold_and_nobody_is_sent_away(start, connect, feed_of, shards):
    gateway = start(shards=shards)
    feed = feed_of(gateway)
    feed.publish("quotes/A", 0)
    before = [connect(gateway) for _ in range(8)]
    for client in before:
        client.subscribe("quotes/#")
        client.until(lambda message: message.get("d") == 0)
    edit(gateway, r'subscribe = \["#", "\$weir/#"\]', 'subscribe = ["news/#"]')
    assert "rights" in reload(gateway)
    for _ in range(8):
        after = connect(gateway)
        assert after.request("subscribe", filter="quotes/#")["error"]["code"] == "forbidden"
        assert after.request("subscribe", filter="news/#")["ok"]
    feed.publish("quotes/A", 1)
    for client in before:
        client.until(lambda message: message.get("d") == 1)
        assert client.request("subscribe", filter="quotes/B")["error"]["code"] == "forbidden"


def test_keys_are_read_again(start, connect, tmp_path):
    (tmp_path / "secret").write_bytes(SECRET)
    gateway = start(more=CONFIG.format(anonymous="false", folder=tmp_path))
    assert connect(gateway).request("connect", token=token())["ok"]
    rotated = b"another secret of thirty-two bytes"
    (tmp_path / "secret").write_bytes(rotated)
    reload(gateway)
    assert connect(gateway).request("connect", token=token())["error"]["code"] == "bad_token"
    assert connect(gateway).request("connect", token=token(secret=rotated))["ok"]


def test_a_key_file_that_is_gone_changes_nothing(start, connect, tmp_path):
    (tmp_path / "secret").write_bytes(SECRET)
    gateway = start(more=CONFIG.format(anonymous="false", folder=tmp_path))
    (tmp_path / "secret").unlink()
    assert "secret" in reload(gateway, "not_reloaded")
    assert connect(gateway).request("connect", token=token())["ok"]


def test_origins_and_ceilings_of_a_listener(start, connect):
    gateway = start(listen="max_bytes_per_s = 100000")
    origin = {"headers": "Origin: https://app.example.com\r\n"}
    with pytest.raises(AssertionError, match="403"):
        connect(gateway, **origin)
    edit(gateway, "max_bytes_per_s = 100000", 'max_bytes_per_s = 50000\norigins = ["https://app.example.com"]')
    said = reload(gateway)
    assert "listen.max_bytes_per_s = 50000" in said and "listen.origins" in said
    assert connect(gateway, **origin).request("connect")["limits"]["bytes_per_s"] == 50000


def test_one_mistake_and_nothing_is_taken(start, connect):
    gateway = start()
    edit(gateway, r'subscribe = \["#", "\$weir/#"\]', 'subscribe = ["news/#"]\nsubscrib = 1')
    said = reload(gateway, "not_reloaded")
    assert "weir.toml:" in said and "did you mean subscribe?" in said
    assert connect(gateway).request("subscribe", filter="quotes/#")["ok"]


def test_a_key_that_takes_a_restart_is_named_and_nothing_is_taken(start, connect):
    gateway = start(limits="cells = 100")
    edit(gateway, "cells = 100", "cells = 200")
    edit(gateway, r'subscribe = \["#", "\$weir/#"\]', 'subscribe = ["news/#"]')
    assert "limits.cells" in reload(gateway, "not_reloaded")
    assert connect(gateway).request("subscribe", filter="quotes/#")["ok"]


def test_the_level_of_the_log(start):
    gateway = start(more='[log]\nlevel = "warning"\n')
    edit(gateway, 'level = "warning"', 'level = "info"')
    assert 'log.level = "info"' in reload(gateway).replace('\\"', '"')


def every_key():
    """The example, with every key that is a comment in it switched on, but for those that name other files."""
    text = (pathlib.Path(__file__).parents[3] / "deploy/config/weir.example.toml").read_text()
    text = re.sub(r"(?m)^#(?=[\[a-z])", "", text)
    text = re.sub(r"(?ms)^\[\[(adapter|key)\]\].*?(?=^\[)", "", text)
    return re.sub(r"(?m)^tls = .*\n", "", text)


def mutate(text, random):
    """Makes one mistake that cannot be meant, and says which."""
    lines = text.splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"[a-z_]+ = ", line)]
    number = random.choice(keys)
    key, value = lines[number].split(" = ", 1)
    kind = random.choice(["misspelt", "type", "negative", "no value", "unfinished", "twice", "section", "control"])
    if kind == "misspelt":
        lines[number] = f"{key}x = {value}"
    elif kind == "type":
        lines[number] = f"{key} = 1979-05-27"
    elif kind == "negative":
        number = random.choice([number for number in keys if re.search(r"= \d", lines[number])])
        lines[number] = lines[number].split(" = ")[0] + " = -7"
    elif kind == "no value":
        lines[number] = f"{key} ="
    elif kind == "unfinished":
        lines[number] = f'{key} = "unfinished'
    elif kind == "twice":
        lines.insert(number, lines[number])
    elif kind == "section":
        lines.insert(number, f"[nonsense{random.randrange(1000)}]")
    else:
        lines[number] = f'{key} = "\x01"'
    return "\n".join(lines) + "\n", f"{kind} in line {number + 1}: {lines[number]}"


def test_a_hundred_mistakes_are_refused_with_their_place_and_the_running_configuration_stays(
        start, connect, tmp_path, monkeypatch):
    # The log leaves out what comes too often; the service manager hears of each attempt.
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.settimeout(PATIENCE_S)
    manager.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    gateway = start()
    assert manager.recv(256) == b"READY=1"
    client = connect(gateway)
    client.subscribe("quotes/#")
    config = tmp_path / "weir.toml"
    config.write_text(every_key())
    assert run("check", "-c", str(config)).returncode == 0
    seed = int(os.environ.get("WEIR_SEED", "1"))
    print("WEIR_SEED =", seed)
    random = Random(seed)
    for _ in range(100):
        text, what = mutate(every_key(), random)
        config.write_text(text)
        checked = run("check", "-c", str(config))
        assert checked.returncode == 1, what
        assert re.search(r"weir\.toml:\d+:\d+: ", checked.stderr), (what, checked.stderr)
        gateway.config.write_text(text)
        gateway.signal(signal.SIGHUP)
        assert manager.recv(256).startswith(b"RELOADING=1")
        assert manager.recv(256) == b"READY=1"
    assert " reloaded " not in gateway.log()
    assert client.request("subscribe", filter="chat/#")["ok"]
    assert connect(gateway).request("subscribe", filter="quotes/#")["ok"]
