"""What a service manager and whoever looks for secrets see."""
import pathlib
import signal
import socket

from test_tokens import CONFIG, token
from weir_process import PATIENCE_S, run, wait_until

CANARY = "canary0123456789canary0123456789"


def test_the_service_manager_hears_ready_reloading_and_stopping(start, tmp_path, monkeypatch):
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.settimeout(PATIENCE_S)
    manager.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    gateway = start()
    assert manager.recv(256) == b"READY=1"
    gateway.signal(signal.SIGHUP)
    assert manager.recv(256).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert manager.recv(256) == b"READY=1"
    assert gateway.stop() == 0
    assert manager.recv(256) == b"STOPPING=1"


def test_secrets_are_in_nothing_that_the_gateway_says(start, connect, tmp_path):
    (tmp_path / "secret").write_text(CANARY)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        broker = f"amqp://user:{CANARY}@127.0.0.1:{nobody.getsockname()[1]}/%2f"
    adapter = f'[[adapter]]\nname = "market"\ntype = "amqp"\nbrokers = ["{broker}"]\nexchange = "market"\n'
    gateway = start(more='[log]\nlevel = "debug"\n' + CONFIG.format(anonymous="true", folder=tmp_path), adapters=adapter)
    secret = CANARY.encode()
    good = token(secret=secret, groups=["traders"])
    bad = token(secret=b"another", note=CANARY)
    said = []
    client = connect(gateway)
    assert client.request("connect", token=good)["ok"]
    said.append(client.request("token", token=bad))
    refused = connect(gateway)
    said.append(refused.request("connect", token=bad))
    said.append(refused.closed)
    cookie = connect(gateway, headers=f"Cookie: weir_token={good}\r\n")
    said.append(cookie.request("connect"))
    connect(gateway, headers=f"Authorization: Bearer {good}\r\n")
    wait_until(lambda: "market" in gateway.log(), "the adapter has tried")
    for path in ("metrics", "readyz", "livez", "admin/sessions", "admin/topics", "admin/adapters", ""):
        said.append(gateway.ask("GET", path))
    said.append(gateway.ask("POST", "admin/revoke", {"subject": "alice"}))
    gateway.signal(signal.SIGHUP)
    wait_until(lambda: "reloaded" in gateway.log(), "read again")
    gateway.config.write_text(gateway.config.read_text().replace("exchange = ", "exchang = "))
    said.append(run("check", "-c", str(gateway.config)))
    gateway.signal(signal.SIGHUP)
    wait_until(lambda: "not_reloaded" in gateway.log(), "read again")
    said += [gateway.log(), gateway.output.read_text(), pathlib.Path(f"/proc/{gateway.pid}/cmdline").read_text()]
    text = "".join(map(str, said))
    secrets = {"the secret": CANARY, "the signature of a token": good.rsplit(".", 1)[1], "claims": bad.split(".")[1]}
    assert not [name for name, secret in secrets.items() if secret in text], text
