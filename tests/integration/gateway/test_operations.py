"""What an operator sees: SIGTERM, readiness, the admin pages, `weir check`, a port that is taken."""
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from ports import free_port
from weir_client import Client
from weir_process import PATIENCE_S, WEIR, run, wait_until


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_sigterm_says_goodbye_to_everybody_and_ends_well(start, connect, shards):
    gateway = start(shards=shards)
    clients = [connect(gateway) for _ in range(20)]
    for client in clients:
        client.subscribe("quotes/#")
    gateway.signal(signal.SIGTERM)
    for client in clients:
        goodbye = client.until(lambda message: message.get("op") == "goodbye")[-1]
        assert (goodbye["code"], goodbye["reason"]) == (1012, "restart")
        assert goodbye["retry_ms"] >= 0
        while client.closed is None:
            client.read()
        assert client.closed == (1012, "restart")
    assert gateway.process.wait(PATIENCE_S) == 0
    with pytest.raises(OSError):
        Client(gateway.url)


def test_weir_sub_comes_back_after_a_restart_and_resumes(start, feed_of):
    port = free_port()
    gateway = start(port=port)
    feed_of(gateway).publish("quotes/A", 1)
    with subprocess.Popen(
        [WEIR, "sub", gateway.url, "quotes/A", "--delivery", "all", "--count", "1", "--for", str(PATIENCE_S)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as sub:
        wait_until(lambda: gateway.metric("weir_session_subscriptions") == 1, "it is subscribed")
        assert gateway.stop() == 0
        again = start(port=port)
        wait_until(lambda: again.metric("weir_session_subscriptions") == 1, "it is back")
        feed_of(again).publish("quotes/A", 2)
        out, err = sub.communicate(timeout=PATIENCE_S)
    assert (sub.returncode, out) == (0, "quotes/A 2\n"), err
    assert "goodbye" in err and "trying again" in err


def test_ready_and_live(start):
    gateway = start(shards=2)
    assert gateway.get("/livez")
    assert gateway.get("/readyz")
    sessions = json.loads(gateway.get("/admin/sessions"))
    assert sessions is not None


def test_a_gateway_without_rights_allows_nothing(tmp_path, start, connect):
    gateway = start()
    client = connect(gateway)
    reply = client.request("publish", topic="quotes/A", data=1)
    assert reply["error"]["code"] == "forbidden"
    reply = client.request("publish", topic="$weir/x", data=1)
    assert reply["error"]["code"] in ("forbidden", "bad_topic")


def test_weir_check_tells_every_mistake_with_its_place(tmp_path):
    config = tmp_path / "weir.toml"
    config.write_text(
        '[listen]\nprot = 8080\norigins = ["https://app.example.com/"]\n\n[admin]\naddress = "0.0.0.0"\n\n'
        '[limits]\nmessage_bytes = "1MB"\ncells = 0\n'
    )
    checked = run("check", "-c", str(config))
    assert checked.returncode == 1
    said = (checked.stdout + checked.stderr).replace(str(tmp_path) + "/", "")
    for line in (
        "weir.toml:2:1: listen.prot: is not a known key; did you mean port?",
        'weir.toml:3:12: listen.origins: "https://app.example.com/" has more than a host and a port;',
        'weir.toml:6:11: admin.address: "0.0.0.0" can be reached from other machines,',
        'weir.toml:9:17: limits.message_bytes: is the text "1MB"; expected a size from 256 to 16MiB',
        "weir.toml:10:9: limits.cells: is 0; expected an integer from 1 to 1000000",
    ):
        assert line in said, said
    assert said.endswith("weir.toml: 5 mistakes\n")
    served = run("serve", "-c", str(config))
    assert served.returncode != 0 and "did you mean port?" in served.stdout + served.stderr


def test_weir_check_knows_the_keys_of_adapters(tmp_path):
    config = tmp_path / "weir.toml"
    config.write_text('[[adapter]]\nname = "feed"\ntype = "tcp"\nlisen = "127.0.0.1:9100"\n')
    checked = run("check", "-c", str(config))
    said = checked.stdout + checked.stderr
    assert checked.returncode == 1 and "lisen" in said and "listen" in said, said


def test_weir_check_of_a_good_file_and_of_none(tmp_path):
    good = tmp_path / "good.toml"
    good.write_text("[listen]\nport = 0\n")
    assert run("check", "-c", str(good)).returncode == 0
    none = run("check", "-c", str(tmp_path / "none.toml"))
    assert none.returncode == 1 and "none.toml" in none.stdout + none.stderr
    broken = tmp_path / "broken.toml"
    broken.write_text("[listen\n")
    said = run("check", "-c", str(broken))
    assert said.returncode == 1 and "broken.toml:1:" in said.stdout + said.stderr


def test_a_port_that_is_taken_is_named(start, tmp_path):
    gateway = start()
    port = gateway.url.rsplit(":", 1)[1].split("/")[0]
    config = tmp_path / "same.toml"
    config.write_text(f"[listen]\nport = {port}\n[admin]\nport = 0\n")
    second = run("serve", "-c", str(config))
    assert second.returncode == 1
    assert port in second.stderr and "in use" in second.stderr


def test_pages_of_other_sites_cannot_read_the_admin_port(start):
    gateway = start()
    request = urllib.request.Request(gateway.address("admin") + "metrics", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE_S)
    assert refused.value.code in (400, 403, 421)


def test_a_quiet_client_is_closed_and_one_that_pings_is_not(start, connect):
    gateway = start()
    quiet, alive = connect(gateway), connect(gateway)
    for client in (quiet, alive):
        assert client.request("connect", heartbeat_ms=1000)["ok"]
    quiet.frame = lambda opcode, payload: None  # not even pongs
    began = time.monotonic()
    while quiet.closed is None:
        alive.tell(op="ack", bytes=0)
        quiet.socket.settimeout(0.2)
        try:
            quiet.read()
        except TimeoutError:
            pass
        assert time.monotonic() - began < PATIENCE_S
    assert time.monotonic() - began > 1.5
    assert quiet.closed[0] in (4000, 1006)
    assert alive.request("ping")["ok"]
    wait_until(lambda: gateway.metric('weir_net_closes_total{reason="no_heartbeat"}') >= 1, "it is counted")
