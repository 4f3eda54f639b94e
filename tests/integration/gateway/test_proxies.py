"""Behind proxies: whose word about the client's address counts, and what becomes of others."""
import errno
import json
import socket
import struct
import time
import urllib.parse

import pytest

from test_tls import tls_lines, trusting
from weir_process import PATIENCE_S, wait_until

TRUSTED = 'trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]\n'
PROXY = TRUSTED + "proxy_protocol = true\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V1 = b"PROXY TCP4 192.0.2.1 10.0.0.9 4711 80\r\n"


def v2(client, command=0x21, rest=b""):
    is_v6 = ":" in client
    address = socket.inet_pton(socket.AF_INET6 if is_v6 else socket.AF_INET, client)
    rest = address + address + struct.pack(">HH", 4711, 80) + rest
    return SIGNATURE + bytes([command, 0x21 if is_v6 else 0x11]) + struct.pack(">H", len(rest)) + rest


def address_of(gateway, client):
    """What the gateway takes a client's address for."""
    session = client.request("connect")["session"]
    status, text = gateway.ask("GET", f"/admin/sessions/{session}")
    assert status == 200, text
    return json.loads(text)["address"]


def forwarded(text):
    return f"X-Forwarded-For: {text}\r\n"


def reach(gateway, *pieces, source="127.0.0.1", pause_s=0.0):
    """A connection that these bytes were sent over, or as many as it took; it may be reset before connect returns."""
    parts = urllib.parse.urlsplit(gateway.url)
    connection = socket.socket()
    connection.settimeout(PATIENCE_S)
    connection.bind((source, 0))
    try:
        connection.connect((parts.hostname, parts.port))
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause_s)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return connection


def is_refused(connection):
    with connection:
        try:
            return connection.recv(1) == b""
        except OSError as error:  # ENOTCONN after a reset that came first
            return error.errno in (errno.ECONNRESET, errno.ENOTCONN)


def refusals(gateway, reason):
    return gateway.metric(f'weir_net_refusals_total{{reason="{reason}"}}')


@pytest.mark.parametrize("shards", [1, 2])
def test_a_trusted_proxy_says_who_its_client_is_and_nobody_else_does(start, connect, shards):
    gateway = start(listen=TRUSTED, shards=shards)
    assert address_of(gateway, connect(gateway)) == "127.0.0.1"
    assert address_of(gateway, connect(gateway, headers=forwarded("192.0.2.1"))) == "192.0.2.1"
    assert address_of(gateway, connect(gateway, headers=forwarded("203.0.113.5, 2001:db8::7, 10.1.2.3"))) == "2001:db8::7"
    assert address_of(gateway, connect(gateway, headers=forwarded("203.0.113.5") + forwarded("192.0.2.9"))) == "192.0.2.9"
    assert address_of(gateway, connect(gateway, headers=forwarded("192.0.2.1"), source="127.0.0.2")) == "127.0.0.2"


def test_clients_behind_a_proxy_are_limited_one_by_one(start, connect, http_of):
    gateway = start(listen=TRUSTED, limits="connections_per_ip = 2\nloopback_exempt = false")
    clients = [connect(gateway, headers=forwarded("192.0.2.1")) for _ in range(2)]
    assert connect(gateway, headers=forwarded("192.0.2.1")).next()["code"] == 1013
    assert refusals(gateway, "connections_per_ip") == 1
    assert all(connect(gateway, headers=forwarded(f"192.0.2.{n}")) for n in range(2, 6))
    clients.pop().end()
    wait_until(lambda: is_let_in(connect, gateway, headers=forwarded("192.0.2.1")), "a place for the client")

    # A proxy's connection carries the requests of one client after the other.
    http = http_of(gateway)
    for number in range(10, 16):
        assert http.ask("GET", "/v1/topics/a", X_Forwarded_For=f"192.0.2.{number}")[0] == 404
    assert http.ask("GET", "/v1/topics/a", X_Forwarded_For="192.0.2.1")[0] == 429


def is_let_in(connect, gateway, **options):
    client = connect(gateway, **options)
    client.tell(op="connect", id=1)
    return (client.next() or {}).get("ok")


@pytest.mark.parametrize("shards", [1, 2])
def test_a_proxy_header_says_who_the_client_is(start, connect, shards):
    gateway = start(listen=PROXY, shards=shards)
    for preface, address in [
        (V1, "192.0.2.1"),
        (b"PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\n", "2001:db8::1"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (v2("192.0.2.2"), "192.0.2.2"),
        (v2("2001:db8::2"), "2001:db8::2"),
        (v2("192.0.2.3", rest=b"\x04\0\x10" + bytes(16)), "192.0.2.3"),
        (v2("192.0.2.4", command=0x20), "127.0.0.1"),
        (SIGNATURE + b"\x21\0\0\0", "127.0.0.1"),
    ]:
        assert address_of(gateway, connect(gateway, preface=preface)) == address
    behind_two = connect(gateway, preface=v2("10.0.0.7"), headers=forwarded("203.0.113.1, 192.0.2.5"))
    assert address_of(gateway, behind_two) == "192.0.2.5"
    forges = connect(gateway, preface=v2("192.0.2.6"), headers=forwarded("203.0.113.1"))
    assert address_of(gateway, forges) == "192.0.2.6"


@pytest.mark.parametrize("preface", [V1, v2("192.0.2.1")])
def test_a_proxy_header_may_come_byte_by_byte(start, preface):
    gateway = start(listen=PROXY)
    request = b"GET /v1/topics/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    pieces = [bytes([byte]) for byte in preface[:-1]] + [preface[-1:] + request]
    with reach(gateway, *pieces, pause_s=0.005) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 404 ")
    assert refusals(gateway, "proxy_header") == 0


@pytest.mark.parametrize("bad", [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"PROXY TCP4 nobody 10.0.0.1 1 2\r\n",
    b"PROXY UNKNOWN " + b"x" * 93,
    SIGNATURE + b"\x21\x11" + struct.pack(">H", 1025),
    SIGNATURE + b"\x21\x11\0\x04abcd",
    SIGNATURE + b"\x12\x11\0\0",
])
def test_a_header_that_is_none_is_refused_at_once(start, bad):
    gateway = start(listen=PROXY, limits="handshake_ms = 600000")
    assert is_refused(reach(gateway, bad))
    assert refusals(gateway, "proxy_header") == 1


def test_a_header_that_is_cut_short_is_refused_at_its_end_or_in_time(start):
    gateway = start(listen=PROXY, limits="handshake_ms = 300")
    for cut in (V1[:-1], v2("192.0.2.1")[:-1]):
        ends = reach(gateway, cut)
        ends.shutdown(socket.SHUT_WR)
        assert is_refused(ends)
    assert refusals(gateway, "proxy_header") == 2
    assert is_refused(reach(gateway, V1[:-1]))
    assert refusals(gateway, "handshake_ms") == 1
    assert refusals(gateway, "proxy_header") == 2


def test_who_is_not_trusted_is_refused_whatever_it_says(start):
    gateway = start(listen=PROXY)
    assert is_refused(reach(gateway, V1, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", source="127.0.0.2"))
    assert refusals(gateway, "untrusted_proxy") == 1
    assert "untrusted_proxy peer=127.0.0.2" in gateway.log()


def test_clients_behind_a_proxy_header_are_limited_one_by_one(start, connect):
    gateway = start(listen=PROXY, limits="connections_per_ip = 2\nloopback_exempt = false")
    clients = [connect(gateway, preface=V1) for _ in range(2)]
    assert connect(gateway, preface=V1).next()["code"] == 1013
    assert refusals(gateway, "connections_per_ip") == 1
    assert all(connect(gateway, preface=v2(f"192.0.2.{n}")) for n in range(2, 6))
    assert all(connect(gateway, preface=b"PROXY UNKNOWN\r\n") for _ in range(3))
    clients.pop().end()
    wait_until(lambda: is_let_in(connect, gateway, preface=V1), "a place for the client")


@pytest.mark.parametrize("preface", [V1, v2("192.0.2.1")])
def test_tls_begins_behind_the_header(start, connect, authority, preface):
    gateway = start(listen=PROXY + tls_lines(authority))
    client = connect(gateway, preface=preface, tls=trusting(authority))
    assert client.socket.version() == "TLSv1.3"
    assert address_of(gateway, client) == "192.0.2.1"


def test_the_list_may_change_while_running(start, connect):
    gateway = start(listen=TRUSTED)
    assert address_of(gateway, connect(gateway, headers=forwarded("192.0.2.1"))) == "192.0.2.1"
    gateway.config.write_text(gateway.config.read_text().replace(TRUSTED, 'trusted_proxies = ["127.0.0.3"]\n'))
    gateway.signal(1)
    wait_until(lambda: "reloaded" in gateway.log(), "the reload")
    assert address_of(gateway, connect(gateway, headers=forwarded("192.0.2.1"))) == "127.0.0.1"
    assert address_of(gateway, connect(gateway, headers=forwarded("192.0.2.1"), source="127.0.0.3")) == "192.0.2.1"
