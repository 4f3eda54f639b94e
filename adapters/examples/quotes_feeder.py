#!/usr/bin/env python3
"""Feeds simulated stock quotes into a gateway's TCP feed, for demonstrations.

Each symbol is a random walk; no price here is real, and every quote says so: "simulated": true.
Publishes quotes/<SYMBOL> and reconnects by itself. Ends on SIGTERM or SIGINT, or after --for seconds.
"""
import argparse
import json
import random
import signal
import socket
import sys
import time

SYMBOLS = {
    "AAPL": 232.10, "AMZN": 201.45, "ASML": 712.80, "GOOG": 178.30, "META": 571.20, "MSFT": 428.90,
    "NFLX": 842.60, "NVDA": 138.25, "ORCL": 187.40, "SAP": 224.75, "TSLA": 318.50, "TSM": 196.15,
}
TICK_S = 0.02
RECONNECT_FIRST_S, RECONNECT_MAX_S = 0.1, 5.0


class Quote:
    """One symbol's walk."""

    def __init__(self, symbol, price, walk):
        self.symbol, self.walk = symbol, walk
        self.open = self.last = price
        self.volume = walk.randrange(1_000_000)

    def step(self):
        # back towards the opening price a little, so that it does not wander off in a long demonstration
        drift = (self.open - self.last) / self.open * 0.001
        self.last = max(0.01, self.last * (1 + drift + self.walk.gauss(0, 0.0005)))
        self.volume += self.walk.randrange(1, 500)

    def line(self):
        spread = max(0.01, self.last * 0.0001)
        data = {
            "symbol": self.symbol,
            "bid": round(self.last - spread / 2, 2),
            "ask": round(self.last + spread / 2, 2),
            "last": round(self.last, 2),
            "change": round(self.last - self.open, 2),
            "volume": self.volume,
            "simulated": True,
        }
        return json.dumps({"topic": f"quotes/{self.symbol}", "data": data}, separators=(",", ":")) + "\n"


class Ended(Exception):
    """A signal asked for the end, or the time is over."""


def end(_signal, _frame):
    raise Ended


def feed(connection, quotes, rate, walk, deadline):
    """Sends quotes until the connection is lost. What the gateway replies can only be faults: told once."""
    chance = rate * TICK_S  # of each symbol in each tick; above 1: several updates
    told = False
    due = time.monotonic()
    for quote in quotes:
        connection.sendall(quote.line().encode())
    while True:
        due += TICK_S
        now = time.monotonic()
        if now >= deadline:
            raise Ended
        if due > now:
            time.sleep(due - now)
        else:
            due = now  # the gateway said slow down, by way of TCP
        lines = []
        for quote in quotes:
            for _ in range(int(chance) + (walk.random() < chance % 1)):
                quote.step()
                lines.append(quote.line())
        connection.sendall("".join(lines).encode())
        told = read_replies(connection, told)


def read_replies(connection, told):
    connection.setblocking(False)
    try:
        replies = connection.recv(65536)
        if not replies:
            raise ConnectionError("the gateway has closed the connection")
        if not told:
            print("quotes_feeder: the gateway replies:", replies.decode(errors="replace").splitlines()[0],
                  file=sys.stderr)
        return True
    except BlockingIOError:
        return told
    finally:
        connection.settimeout(None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--rate", type=float, default=10, help="updates per second and symbol (default: 10)")
    parser.add_argument("--for", type=float, dest="seconds", metavar="SECONDS", help="end after so long")
    parser.add_argument("--seed", type=int, help="repeat the same walks")
    options = parser.parse_args()
    if not 0 < options.rate <= 10000:
        parser.error("--rate must be above 0 and at most 10000")

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    walk = random.Random(options.seed)
    quotes = [Quote(symbol, price, walk) for symbol, price in SYMBOLS.items()]
    deadline = time.monotonic() + options.seconds if options.seconds is not None else float("inf")
    limit, is_away = RECONNECT_FIRST_S, False
    try:
        while time.monotonic() < deadline:
            try:
                with socket.create_connection((options.host, options.port), timeout=5) as connection:
                    connection.settimeout(None)
                    print(f"quotes_feeder: simulated quotes go to {options.host}:{options.port}", file=sys.stderr)
                    limit, is_away = RECONNECT_FIRST_S, False
                    feed(connection, quotes, options.rate, walk, deadline)
            except OSError as fault:
                if not is_away:
                    print(f"quotes_feeder: {options.host}:{options.port}: {fault}; trying again", file=sys.stderr)
                is_away = True
                # anything up to a limit that doubles, so that many feeders do not come back together
                pause = random.uniform(0, limit)
                time.sleep(max(0, min(pause, deadline - time.monotonic())))
                limit = min(limit * 2, RECONNECT_MAX_S)
    except Ended:
        pass


if __name__ == "__main__":
    main()
