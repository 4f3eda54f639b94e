"""A client written from SPEC.md alone, with a WebSocket library that is not ours."""
import asyncio
import collections
import json
import time

import pytest
import websockets

from weir_process import PATIENCE_S


async def read_until(socket, seen, condition):
    """Receives until the condition holds for a message."""
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
        seen.append(message)
        if condition(message):
            return message


def reply_to(number):
    return lambda message: message.get("re") == number


@pytest.mark.parametrize("shards", [1, 2])
def test_connects_subscribes_publishes_and_gets_every_reply_once(start, feed_of, shards):
    gateway = start(shards=shards)
    feed_of(gateway).publish("quotes/AAPL", {"bid": 1}, {"bid": 2})

    async def talk():
        seen = []
        async with websockets.connect(gateway.url, subprotocols=["weir.v1.json"]) as socket:
            assert socket.subprotocol == "weir.v1.json"
            await socket.send(json.dumps({"op": "connect", "id": 1, "heartbeat_ms": 5000, "bytes_per_s": 1000000}))
            connected = await read_until(socket, seen, reply_to(1))
            assert connected["ok"] and connected["session"] and connected["server"].startswith("weir/")
            assert connected["heartbeat_ms"] == 5000
            assert connected["limits"]["bytes_per_s"] == 1000000

            await socket.send(
                json.dumps({"op": "subscribe", "id": 2, "filter": "quotes/+", "delivery": "latest", "max_rate": 5})
            )
            ready = await read_until(socket, seen, lambda message: message.get("op") == "ready")
            assert ready["filter"] == "quotes/+"
            assert seen[1] == {"re": 2, "ok": True, "max_rate": 5}
            topic, snapshot = seen[2], seen[3]
            assert (topic["op"], topic["topic"], topic["kind"]) == ("topic", "quotes/AAPL", "value")
            assert (snapshot["t"], snapshot["o"], snapshot["d"], snapshot["s"]) == (topic["t"], 2, {"bid": 2}, True)

            await socket.send(json.dumps({"op": "subscribe", "id": 3, "filter": "chat/#", "delivery": "all"}))
            await read_until(socket, seen, reply_to(3))
            for number in range(10, 20):
                await socket.send(json.dumps({"op": "publish", "id": number, "topic": "chat/lobby", "data": number}))
            await socket.send(json.dumps({"op": "publish", "id": 20, "topic": "quotes/AAPL", "data": 1}))
            await socket.send(json.dumps({"op": "nonsense", "id": 21}))
            await socket.send(json.dumps({"op": "unsubscribe", "id": 22, "filter": "quotes/+"}))
            await socket.send(json.dumps({"op": "limit", "id": 23, "messages_per_s": 1000}))
            await socket.send(json.dumps({"op": "ping", "id": 24}))
            wanted = set(range(1, 4)) | set(range(10, 25))
            while {message["re"] for message in seen if "re" in message} != wanted or len(chat(seen)) < 10:
                await read_until(socket, seen, lambda message: True)
            # Nothing may come after all of that: whatever does is a second reply or delivery.
            await socket.send(json.dumps({"op": "ping", "id": 25}))
            await read_until(socket, seen, reply_to(25))
            return seen

    def chat(seen):
        numbers = {message["t"] for message in seen if message.get("topic") == "chat/lobby"}
        return [message for message in seen if message.get("t") in numbers and "d" in message]

    seen = asyncio.run(talk())
    replies = collections.Counter(message["re"] for message in seen if "re" in message)
    assert set(replies.values()) == {1}, replies
    by_number = {message["re"]: message for message in seen if "re" in message}
    offsets = [by_number[number]["offset"] for number in range(10, 20)]
    assert offsets == sorted(set(offsets))
    assert [message["d"] for message in chat(seen)] == list(range(10, 20))
    assert [message["o"] for message in chat(seen)] == offsets
    assert by_number[20]["error"]["code"] == "forbidden" and by_number[20]["error"]["retry"] is False
    assert by_number[21]["error"]["code"] in ("bad_request", "unsupported")
    assert "nonsense" in by_number[21]["error"]["message"]
    assert by_number[22]["ok"] and by_number[24]["time"].endswith("Z")
    assert by_number[23]["limits"]["messages_per_s"] == 1000


def test_a_rate_limit_is_kept_and_the_newest_value_comes(start, feed_of):
    gateway = start()
    feed = feed_of(gateway)

    async def talk():
        deliveries = []
        async with websockets.connect(gateway.url, subprotocols=["weir.v1.json"]) as socket:
            await socket.send(
                json.dumps({"op": "subscribe", "id": 1, "filter": "quotes/A", "delivery": "latest", "max_rate": 5})
            )
            await read_until(socket, [], lambda message: message.get("op") == "ready")
            began = time.monotonic()
            for number in range(100):  # about a second of updates, twenty times as fast as is asked for
                feed.send({"topic": "quotes/A", "data": number})
                await asyncio.sleep(0.01)
            while not deliveries or deliveries[-1] != 99:
                message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
                if "d" in message:
                    deliveries.append(message["d"])
        return deliveries, time.monotonic() - began

    deliveries, seconds = asyncio.run(talk())
    assert deliveries == sorted(deliveries) and deliveries[-1] == 99
    # Five a second: over the time that it took, and one delivery that does not wait.
    assert len(deliveries) <= seconds * 5 + 3
    assert len(deliveries) < 50
