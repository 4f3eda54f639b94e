#!/usr/bin/env python3
"""Feeds the JSON texts of its standard input, one a line, into one topic of a gateway's TCP feed. Each is kept until the
gateway has acknowledged it and sent again after a lost connection, so that it arrives once. Ends when all have arrived.

    seq 1000 | WEIR_FEED_SECRET=... feeder.py 127.0.0.1 9100 numbers [CA_FILE]      CA_FILE: with TLS
"""
import asyncio
import json
import os
import random
import ssl
import sys
import time

WINDOW = 500  # unacknowledged lines; the topic's ring must hold so many, or it cannot tell what it has already
SILENCE_S = 35  # the gateway says something every 15 s


class Feeder:
    def __init__(self, topic):
        self.topic, self.name = topic, f"{os.getpid()}-{time.time_ns()}"
        self.unacked, self.last_id = {}, 0  # id -> line, oldest first
        self.link, self.is_paused, self.pause_max_s = None, False, 0.1
        self.changed = asyncio.Condition()

    async def publish(self, data):
        async with self.changed:
            await self.changed.wait_for(lambda: self.link and not self.is_paused and len(self.unacked) < WINDOW)
            self.last_id += 1
            line = {"topic": self.topic, "data": data, "id": self.last_id, "mid": f"{self.name}-{self.last_id}"}
            self.unacked[self.last_id] = json.dumps(line).encode() + b"\n"
            self.link.write(self.unacked[self.last_id])

    async def all_arrived(self):
        async with self.changed:
            await self.changed.wait_for(lambda: not self.unacked)

    async def stay_connected(self, host, port, tls):
        greeting = {"hello": self.name}
        if "WEIR_FEED_SECRET" in os.environ:
            greeting["auth"] = os.environ["WEIR_FEED_SECRET"]
        while True:
            link = None
            try:
                reader, link = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=tls), 10)
                link.write(json.dumps(greeting).encode() + b"\n")
                while (text := await asyncio.wait_for(reader.readline(), SILENCE_S)).endswith(b"\n"):
                    await self.on_reply(json.loads(text), link)
            except (OSError, asyncio.TimeoutError) as fault:
                print("feeder:", fault, file=sys.stderr)
            finally:
                self.link, self.is_paused = None, False
                if link:
                    link.close()
            # anything up to a limit that doubles, so that many feeders do not come back together
            await asyncio.sleep(random.uniform(0, self.pause_max_s))
            self.pause_max_s = min(2 * self.pause_max_s, 10)

    async def on_reply(self, reply, link):
        async with self.changed:
            if "hello" in reply:
                self.link, self.pause_max_s = link, 0.1
                link.write(b"".join(self.unacked.values()))
            elif "ack" in reply or "nack" in reply:
                self.unacked.pop(reply.get("ack", reply.get("nack")), None)
            elif "heartbeat" in reply:
                link.write(b"\n")  # a blank line, to be heard, too
            elif "pause" in reply or "resume" in reply:
                self.is_paused = "pause" in reply
            if "error" in reply:
                print("feeder:", reply, file=sys.stderr)
                if reply["error"]["code"] == "bad_token":
                    raise SystemExit(1)
            self.changed.notify_all()


async def main(host, port, topic, ca=None):
    feeder = Feeder(topic)
    tls = ssl.create_default_context(cafile=ca) if ca else None
    connection = asyncio.create_task(feeder.stay_connected(host, int(port), tls))
    while text := await asyncio.to_thread(sys.stdin.readline):
        await feeder.publish(json.loads(text))
    await feeder.all_arrived()
    connection.cancel()


asyncio.run(main(*sys.argv[1:]))
