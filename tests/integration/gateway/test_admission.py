"""More clients than there is room for, in connections and in files: who is told what, and what it costs."""
import contextlib
import http.client
import os
import pathlib
import re
import resource
import socket
import time
import urllib.parse

import pytest

from weir_client import pump
from weir_process import IS_SANITIZED, PATIENCE_S, wait_until


def refusals(gateway, reason):
    return gateway.metric(f'weir_net_refusals_total{{reason="{reason}"}}')


def code_of(client):
    while client.next() is not None:
        pass
    return client.closed[0]


@pytest.mark.parametrize("shards", [1, 2])
@pytest.mark.parametrize("limits, reason, status", [
    ("connections = 3", "connections", 503),
    ("connections_per_ip = 3\nloopback_exempt = false", "connections_per_ip", 429),
])
def test_a_page_that_finds_no_room_is_told_when_to_come_back(start, connect, http_of, shards, limits, reason, status):
    gateway = start(limits=limits, shards=shards)
    clients = [connect(gateway) for _ in range(3)]
    assert all(client.request("connect")["ok"] for client in clients)
    waits = set()
    for _ in range(5):
        refused = connect(gateway)
        goodbye = refused.next()
        assert (goodbye["op"], goodbye["code"], goodbye["reason"]) == ("goodbye", 1013, "try_later")
        assert 500 <= goodbye["retry_ms"] <= 6000
        waits.add(goodbye["retry_ms"])
        assert code_of(refused) == 1013
    assert shards > 1 or len(waits) == 5, "they would all come back at once"
    answer, _, headers = http_of(gateway).ask("GET", "/v1/topics/a")
    assert (answer, headers["Retry-After"]) == (status, "5")
    assert refusals(gateway, reason) == 6
    assert all(client.request("ping")["ok"] for client in clients)

    clients.pop().end()
    wait_until(lambda: is_let_in(connect, gateway), "the place of the one that has left")


def is_let_in(connect, gateway):
    client = connect(gateway)
    client.tell(op="connect", id=1)
    return (client.next() or {}).get("ok")


def test_who_is_refused_and_does_not_close_is_closed(start, connect):
    gateway = start(limits="connections = 1")
    kept = connect(gateway)
    silent = [connect(gateway) for _ in range(5)]
    assert pump(silent, lambda: all(client.closed for client in silent))
    wait_until(lambda: gateway.metric('weir_net_connections{protocol="websocket"}') == 1, "only one is left", seconds=10)
    assert kept.request("connect")["ok"]


def test_a_storm_of_refused_ones_is_bounded(start, connect):
    gateway = start(limits="connections = 1")
    kept = connect(gateway)
    parts = urllib.parse.urlsplit(gateway.url)
    storm = [socket.socket() for _ in range(300)]
    for connection in storm:
        with contextlib.suppress(ConnectionResetError):  # those that are not even told why
            connection.connect((parts.hostname, parts.port))
    wait_until(lambda: refusals(gateway, "connections") == 300, "all are refused")
    assert gateway.metric('weir_net_connections{protocol="http"}') <= 64
    assert kept.request("connect")["ok"]
    for connection in storm:
        connection.close()


def cpu_seconds(gateway):
    fields = pathlib.Path(f"/proc/{gateway.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(IS_SANITIZED, reason="a sanitizer opens files to look at memory, and takes it for bad where it cannot")
def test_without_files_to_open_nobody_spins_and_it_goes_on_afterwards(start, connect):
    gateway = start()
    before = connect(gateway)
    admin = http.client.HTTPConnection(*urllib.parse.urlsplit(gateway.address("admin")).netloc.split(":"), timeout=PATIENCE_S)

    def pauses():
        admin.request("GET", "/metrics")
        text = admin.getresponse().read().decode()
        return int(re.search(r"^weir_net_accept_pauses_total (\d+)$", text, re.MULTILINE)[1])

    assert pauses() == 0
    open_files = len(list(pathlib.Path(f"/proc/{gateway.pid}/fd").iterdir()))
    soft, hard = resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE, (open_files + 2, hard))
    parts = urllib.parse.urlsplit(gateway.url)
    waiting = [socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S) for _ in range(50)]
    wait_until(lambda: pauses() >= 2, "a pause")

    began, used = time.monotonic(), cpu_seconds(gateway)
    first = pauses()
    wait_until(lambda: time.monotonic() > began + 1, "a second")
    assert (cpu_seconds(gateway) - used) / (time.monotonic() - began) < 0.3
    assert pauses() - first <= 15
    assert before.request("ping")["ok"]
    assert "no_descriptors" in gateway.log()

    resource.prlimit(gateway.pid, resource.RLIMIT_NOFILE, (soft, hard))
    for connection in waiting:
        connection.sendall(b"GET /v1/topics/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert all(connection.recv(65536).startswith(b"HTTP/1.1 404 ") for connection in waiting[-5:])
    for connection in waiting:
        connection.close()
    admin.close()
