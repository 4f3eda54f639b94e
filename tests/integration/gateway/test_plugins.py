"""Plug-ins as the program loads them: refused ones, old and future ones, and such as do what none should."""
import json
import os
import pathlib
import re
import shutil
import signal

import pytest

import weir_process
from weir_client import pump
from weir_process import FEED, IS_SANITIZED, wait_until

PLUGINS = pathlib.Path(os.environ.get("WEIR_PLUGINS", pathlib.Path(weir_process.WEIR).parent / "tests/support/plugins"))
OTHERS_WRITE = 0o002


def plugin(path, topics=(), **config):
    """The [[adapter]] section of a plug-in of our own, or of the file at `path`."""
    file = PLUGINS / f"{path}.so" if isinstance(path, str) else path
    pairs = ", ".join(f"{key} = {json.dumps(value)}" for key, value in config.items())
    return (
        f'\n[[adapter]]\nname = "trouble"\ntype = "plugin"\npath = "{file}"\ntopics = {json.dumps(list(topics))}\n'
        f"config = {{ {pairs} }}\n"
    )


def adapter(gateway):
    return next(each for each in json.loads(gateway.get("/admin/adapters"))["adapters"] if each["adapter"] == "trouble")


def events(gateway):
    return adapter(gateway)["events"]


# What is refused


def good_copy(folder, name):
    return pathlib.Path(shutil.copy(PLUGINS / "good.so", folder / name))


def text_file(folder):
    (folder / "text.so").write_text("this is no shared library at all")
    return folder / "text.so"


def other_machine(folder):
    file = good_copy(folder, "other.so")
    head = bytearray(file.read_bytes())
    head[18:20] = (183 if head[18] == 62 else 62).to_bytes(2, "little")  # AArch64, or x86-64 where this is one
    file.write_bytes(head)
    return file


def writable_file(folder):
    file = good_copy(folder, "writable.so")
    file.chmod(file.stat().st_mode | OTHERS_WRITE)
    return file


def in_writable_folder(folder):
    inner = folder / "inner"
    inner.mkdir()
    inner.chmod(0o777)
    return good_copy(inner, "inside.so")


def of_somebody_else(folder):
    if os.geteuid() != 0:
        pytest.skip("not run by root: nobody else's file can be made")
    file = good_copy(folder, "theirs.so")
    os.chown(file, 65534, 65534)
    return file


REFUSED = {
    "missing": (lambda folder: folder / "gone.so", "cannot be found", "beside the configuration file"),
    "folder": (lambda folder: folder, "is not a regular file", "name the shared library itself"),
    "text": (text_file, "is no shared library", "-shared -fPIC"),
    "other_machine": (other_machine, "is built for another machine", "build it here"),
    "writable": (writable_file, "is writable by everybody", "chmod o-w"),
    "writable_folder": (in_writable_folder, "is in a folder that is writable by everybody", "chmod o-w"),
    "owner": (of_somebody_else, "is owned by user 65534", "chown root"),
    "no_symbol": ("no_symbol", "does not export the function weir_adapter_entry", "WEIR_EXPORT"),
    "unresolved": ("unresolved", "nobody_defines_this", "link it with every library"),
    "null_entry": ("null_entry", "its entry function returned NULL", "build it with the headers"),
    "other_version": ("other_version", "is built for ABI version 2, this gateway has 1", "build it with the headers"),
    "short_table": ("short_table", "has a function table of", "sizeof(weir_adapter)"),
    "no_stop": ("no_stop", "lacks the function stop", "set it in the function table"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_plug_in_that_is_refused_says_why_and_what_to_do(tmp_path, name):
    made, why, remedy = REFUSED[name]
    path = made if isinstance(made, str) else made(tmp_path)
    config = tmp_path / "weir.toml"
    config.write_text(f"[listen]\nport = 0\n[admin]\nport = 0\n{plugin(path)}")
    for command in ("check", "serve"):
        ended = weir_process.run(command, "-c", str(config))
        assert ended.returncode == 1, (command, ended)
        assert "adapter 'trouble': plug-in '" in ended.stderr, ended.stderr
        assert why in ended.stderr and remedy in ended.stderr, ended.stderr
        print(ended.stderr.strip())
    assert f"{config}:6:1: " in weir_process.run("check", "-c", str(config)).stderr  # the line of its [[adapter]]


# Older and newer ones


@pytest.mark.parametrize("name", ["good", "older", "newer"])
def test_plug_ins_of_older_and_newer_headers_are_loaded(start, connect, name):
    gateway = start(adapters=plugin(name), shards=2)
    client = connect(gateway)
    client.subscribe("variant/#")
    seen = client.until(lambda message: message.get("d") == 1)
    seen += client.until(lambda message: message.get("d") == 1)
    names = {message["topic"] for message in seen if message.get("op") == "topic"}
    assert names == {"variant/0", "variant/1"}
    assert adapter(gateway)["state"] == "up"


# Exceptions


@pytest.mark.parametrize("call", ["open", "start"])
def test_an_exception_in_open_or_start_is_a_sentence_and_no_crash(tmp_path, call):
    config = tmp_path / "weir.toml"
    config.write_text(f'[listen]\nport = 0\n[admin]\nport = 0\n{plugin("trouble", throw_in=call)}')
    ended = weir_process.run("serve", "-c", str(config))
    assert ended.returncode == 1, ended
    assert f"adapter 'trouble': {call} threw trouble in {call}" in ended.stderr, ended.stderr


def test_an_exception_in_any_other_call_stops_at_the_interface(start, connect, feed_of):
    gateway = start(adapters=FEED + plugin("trouble", ["trouble/#"], do="throw"), shards=2)
    client = connect(gateway)
    client.subscribe("trouble/1")
    wait_until(lambda: events(gateway).get("exceptions", 0) >= 3, "wanted, resumed and receipts have thrown")
    client.request("unsubscribe", filter="trouble/1")
    wait_until(lambda: "unwanted threw" in gateway.log(), "unwanted has thrown, after the linger time")
    # and everybody else is served
    feed = feed_of(gateway)
    client.subscribe("calm/1")
    feed.publish("calm/1", 5)
    client.until(lambda message: message.get("d") == 5)
    assert gateway.stop() == 0
    for call in ("wanted", "unwanted", "resumed", "receipts", "stop", "close"):
        assert f"{call} threw trouble in {call}" in gateway.log(), gateway.log()


SENDING = """
[[rights]]
identity = "anonymous"
publish = ["trouble/#"]
"""


@pytest.mark.parametrize("how, says", [("throw", "trouble in send"), ("throw_int", "no std::exception")])
def test_an_exception_in_send_is_told_to_the_client_as_unknown(start, connect, how, says):
    gateway = start(adapters=plugin("trouble", ["trouble/#"], do=how), more=SENDING)
    client = connect(gateway)
    wait_until(lambda: "app started" in gateway.log(), "its adapters have started")
    for _ in range(3):
        reply = client.request("publish", topic="trouble/1", data=1)
        assert reply["error"]["code"] == "unknown", reply
    wait_until(lambda: says in gateway.log(), "the log says so")
    assert events(gateway)["exceptions"] >= 3


# Floods


def peak_kib(gateway):
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{gateway.pid}/status").read_text())[1])


def test_a_flood_is_slowed_then_refused_in_bounded_memory_while_neighbours_are_served(start, connect, feed_of):
    gateway = start(adapters=FEED + plugin("trouble", do="flood"), shards=2)
    client = connect(gateway)
    client.subscribe("calm/#", delivery="all")
    flooded = connect(gateway)
    flooded.subscribe("flood/#", max_rate=5)
    wait_until(lambda: events(gateway).get("overloaded", 0) > 20, "the flood is refused")
    before = peak_kib(gateway)
    feed = feed_of(gateway)
    rounds = 200
    for number in range(rounds):
        feed.publish("calm/1", number)  # each waits until it has its offset
    calm = []
    while len(calm) < rounds:
        calm += [message["d"] for message in client.until(lambda message: "d" in message) if "d" in message]
    assert calm == list(range(rounds))
    assert pump([flooded], lambda: sum("d" in message for message in flooded.messages) >= 3)
    counted = events(gateway)
    assert counted["slowed"] > 0 and counted["overloaded"] > 0, counted
    assert counted.get("refused_otherwise", 0) == 0, counted
    assert counted["refused_entries"] >= counted["overloaded"], counted
    assert gateway.metric('weir_adapter_refused_entries_total{adapter="trouble"}') > 0
    print(f"flood: {counted}; peak RSS {peak_kib(gateway)} KiB, {before} KiB when the first were refused")
    if not IS_SANITIZED:
        assert peak_kib(gateway) - before < 64 * 1024


# Threads


def test_entries_of_many_threads_keep_the_order_of_each(start, connect):
    topics = '\n[[topics]]\nfilter = "threads/#"\nkind = "stream"\nring_entries = 4096\n'
    gateway = start(adapters=plugin("trouble", do="threads"), more=topics, shards=2)
    client = connect(gateway)
    client.subscribe("threads/#", delivery="all", history=4096)
    values = {}  # by the number that stands for the topic
    while len(values) < 8 or any(len(each) < 2000 for each in values.values()):
        message = client.next()
        assert message is not None, client.closed
        assert message.get("op") != "gap", message
        if "d" in message:
            values.setdefault(message["t"], []).append(message["d"])
    assert all(each == list(range(1, 2001)) for each in values.values())


def test_entries_after_stop_and_in_close_are_refused(start):
    gateway = start(adapters=plugin("trouble", do="after_stop"))
    wait_until(lambda: adapter(gateway)["state"] == "up", "it is up")
    assert gateway.stop() == 0
    assert "after stop: refused draining" in gateway.log()
    assert "in close: refused draining" in gateway.log()


# Calls that do not return


def test_a_call_that_does_not_return_is_seen_and_harms_nobody(start, connect, feed_of, tmp_path):
    end = tmp_path / "end"
    gateway = start(adapters=FEED + plugin("trouble", ["trouble/#"], do="block", until=str(end)), more=SENDING)
    client = connect(gateway)
    client.subscribe("$weir/adapters/trouble")
    client.tell(op="publish", id=99, topic="trouble/1", data=1)
    wait_until(lambda: adapter(gateway).get("blocked_in") == "send", "the list says so")
    client.until(lambda message: message.get("d", {}).get("blocked_in") == "send")
    wait_until(lambda: re.search(r"warning adapter call_blocks .*call=send", gateway.log()), "the log says so")
    feed = feed_of(gateway)
    neighbour = connect(gateway)
    neighbour.subscribe("calm/1")
    feed.publish("calm/1", 5)
    neighbour.until(lambda message: message.get("d") == 5)
    end.touch()
    seen = client.until(lambda message: message.get("re") == 99)
    assert seen[-1]["ok"] is True, seen[-1]
    wait_until(lambda: "blocked_in" not in adapter(gateway), "the list says no more")
    wait_until(lambda: "call_returned" in gateway.log(), "and the log")
    assert events(gateway)["slow_calls"] == 1


def test_a_call_that_never_returns_does_not_keep_the_program(tmp_path, connect):
    adapters = plugin("trouble", ["trouble/#"], do="block", until=str(tmp_path / "never"))
    gateway = weir_process.Gateway(tmp_path, adapters=adapters, more=SENDING)
    try:
        connect(gateway).tell(op="publish", id=1, topic="trouble/1", data=1)
        wait_until(lambda: adapter(gateway).get("blocked_in") == "send", "it blocks")
        gateway.signal(signal.SIGTERM)
        assert gateway.process.wait(weir_process.PATIENCE_S + 20) == 1
        assert "weir: adapter 'trouble' has not returned from send within 10 s" in gateway.log(), gateway.log()
    finally:
        if gateway.process.poll() is None:
            gateway.process.kill()
            gateway.process.wait()
