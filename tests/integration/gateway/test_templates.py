"""What is installed, and the templates for plug-ins as their READMEs say: built from it, loaded, seen by a client."""
import json
import os
import pathlib
import re
import subprocess

import pytest

import weir_process
from weir_client import Client
from weir_process import wait_until

BUILD = pathlib.Path(os.environ.get("WEIR_BUILD", pathlib.Path(weir_process.WEIR).parent))
CMAKE = os.environ.get("WEIR_CMAKE", "cmake")
CC = os.environ.get("WEIR_CC", "cc")
# Where tests/integration/adapters/build_examples.cmake has installed Weir and built the templates.
EXAMPLES = pathlib.Path(os.environ.get("WEIR_EXAMPLES", BUILD / "tests/integration/adapters/examples"))
PREFIX = EXAMPLES / "prefix"
TEMPLATES = EXAMPLES / "source"


class Installed(weir_process.Gateway):
    """The installed program with the configuration of a template, on free ports."""

    def __init__(self, folder, config):  # pylint: disable=super-init-not-called
        self.config = config
        self.log_file = folder / "log"
        self.output = folder / "addresses"
        environment = {**os.environ, "WEIR_LISTEN_PORT": "0", "WEIR_ADMIN_PORT": "0"}
        with open(self.output, "w", encoding="utf-8") as output, open(self.log_file, "w", encoding="utf-8") as log:
            command = [PREFIX / "bin/weir", "serve", "-c", str(config)]
            self.process = subprocess.Popen(command, stdout=output, stderr=log, env=environment)
        wait_until(lambda: self.process.poll() is not None or self.address("admin"), "its addresses")
        assert self.process.poll() is None, self.log()


@pytest.fixture
def serve(tmp_path):
    gateways = []

    def serve_one(template):
        gateways.append(Installed(tmp_path, TEMPLATES / template / "weir.toml"))
        return gateways[-1]

    yield serve_one
    assert [gateway.stop() for gateway in gateways] == [0] * len(gateways)


def files_in(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}


def installed(folder, component):
    subprocess.run(
        [CMAKE, "--install", BUILD, "--component", component, "--prefix", folder], check=True, stdout=subprocess.DEVNULL
    )
    return files_in(folder)


def test_what_is_installed_is_complete_and_knows_no_place(tmp_path):
    told = subprocess.run([PREFIX / "bin/weir", "version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("weir "), told
    sample = PREFIX / "share/weir/config/quickstart.toml"
    assert subprocess.run([PREFIX / "bin/weir", "check", "-c", sample], check=False).returncode == 0
    for package in [*(PREFIX / "share/cmake/Weir").iterdir(), *(PREFIX / "share/pkgconfig").iterdir()]:
        text = package.read_text()
        assert str(BUILD) not in text and "/opt/weir" not in text, package
    # The two components have all of it between them, and nothing in common.
    gateway, sdk = installed(tmp_path / "gateway", "gateway"), installed(tmp_path / "sdk", "adapter_abi")
    assert "bin/weir" in gateway and "include/weir/weir_adapter.h" in sdk
    assert not gateway & sdk
    assert gateway | sdk == files_in(PREFIX)


def test_the_installed_documents_lead_to_each_other():
    documents = PREFIX / "share/doc/weir"
    for name in ("deploy/docs/CONFIGURATION.md", "deploy/docs/RUNNING.md", "adapters/examples/README.md", "adapters/abi/ABI.md"):
        file = documents / name
        for target in re.findall(r"\]\(([^)#]+\.md)", file.read_text()):
            assert "://" in target or (file.parent / target).resolve().exists(), f"{name} leads to {target}"


def test_the_c_template_builds_with_pkg_config_and_a_compiler(tmp_path):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(PREFIX / "share/pkgconfig")}
    asked = ["pkg-config", "--cflags", "weir-adapter"]
    flags = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout.split()
    source = TEMPLATES / "hello/hello.c"
    command = [CC, "-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden", *flags, source]
    subprocess.run([*command, "-o", tmp_path / "hello.so"], check=True)
    config = tmp_path / "weir.toml"
    config.write_text('[[adapter]]\nname = "hello"\ntype = "plugin"\npath = "hello.so"\nconfig = { x = 1 }\n')
    told = subprocess.run([PREFIX / "bin/weir", "check", "-c", config], capture_output=True, text=True, check=False)
    assert told.returncode == 1 and "adapter 'hello': there is nothing to configure" in told.stderr, told
    config.write_text('[[adapter]]\nname = "hello"\ntype = "plugin"\npath = "hello.so"\n')
    assert subprocess.run([PREFIX / "bin/weir", "check", "-c", config], check=False).returncode == 0


def test_the_template_in_cpp_is_seen_by_its_page(serve):
    gateway = serve("clock")
    page = (TEMPLATES / "clock/index.html").read_text()
    request = re.search(r"JSON\.stringify\(\{ op: '(\w+)', id: (\d+), filter: '([\w/]+)' \}\)", page)
    subprotocol = re.search(r"new WebSocket\('ws://127\.0\.0\.1:8080/ws', '([\w.]+)'\)", page)
    # as the page asks, from where the page comes
    client = Client(gateway.url, subprotocols=subprotocol[1], headers="Origin: http://127.0.0.1:8000\r\n")
    client.tell(op=request[1], id=int(request[2]), filter=request[3])
    ticks = [client.until(lambda message: "d" in message)[-1]["d"]["time"] for _ in range(2)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", ticks[0]) and ticks[0] < ticks[1], ticks
    client.end()
    adapters = json.loads(gateway.get("/admin/adapters"))["adapters"]
    assert [(each["adapter"], each["state"]) for each in adapters] == [("clock", "up")], adapters


def test_the_template_in_c_answers_who_publishes(serve):
    gateway = serve("hello")
    client = Client(gateway.url)
    client.subscribe("hello/#")
    assert client.until(lambda message: "d" in message)[-1]["d"] == "hello"
    reply = client.request("publish", topic="hello/anybody", data="hi")
    assert reply["ok"], reply
    assert client.until(lambda message: "d" in message)[-1]["d"] == "hello to you, too"
    client.end()
