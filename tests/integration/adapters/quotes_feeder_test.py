"""The example feeder against a socket: quotes_feeder_test.py PATH_OF_quotes_feeder.py"""
import json
import signal
import socket
import subprocess
import sys

SECONDS_MAX = 20


def accept(server):
    connection, _ = server.accept()
    connection.settimeout(SECONDS_MAX)
    return connection, connection.makefile("r", encoding="utf-8")


def check_quote(line):
    message = json.loads(line)
    data = message["data"]
    assert message["topic"] == "quotes/" + data["symbol"], line
    assert data["simulated"] is True, line
    assert data["bid"] < data["ask"], line
    assert data["bid"] - 0.011 <= data["last"] <= data["ask"] + 0.011, line
    assert isinstance(data["volume"], int) and isinstance(data["change"], float | int), line
    return data["symbol"]


def start(feeder, server, *options):
    port = str(server.getsockname()[1])
    return subprocess.Popen([sys.executable, feeder, "--port", port, *options], stderr=subprocess.PIPE, text=True)


def feeds_all_symbols_and_comes_back(feeder, server):
    process = start(feeder, server, "--rate", "50", "--seed", "1")
    try:
        for _ in range(2):  # the second time after we have hung up
            connection, lines = accept(server)
            symbols = {check_quote(lines.readline()) for _ in range(400)}
            assert len(symbols) == 12, symbols
            connection.sendall(b'{"error":{"code":"forbidden"},"line":1}\n')
            lines.readline()
            lines.close()
            connection.close()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=SECONDS_MAX)
        assert process.returncode == 0, (process.returncode, told)
        assert "simulated" in told, told
    finally:
        process.kill()
        process.wait()


def ends_by_itself(feeder, server):
    process = start(feeder, server, "--for", "0.5")
    try:
        connection, lines = accept(server)
        count = sum(1 for line in lines if check_quote(line))
        assert count >= 12, count
        assert process.wait(timeout=SECONDS_MAX) == 0
        lines.close()
        connection.close()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def main():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS_MAX)
        feeds_all_symbols_and_comes_back(sys.argv[1], server)
        ends_by_itself(sys.argv[1], server)


main()
