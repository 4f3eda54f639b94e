"""Compressed deliveries, read by a WebSocket library that is not ours."""
import asyncio
import json

import pytest
import websockets

from weir_process import PATIENCE_S

TEXT = "the quick brown fox jumps over the lazy dog; " * 40


async def follow(gateway, count, compression="deflate", delivery="all"):
    """The values of one subscriber, in order, and whether compression was agreed to."""
    async with websockets.connect(gateway.url, subprotocols=["weir.v1.json"], compression=compression) as socket:
        await socket.send(json.dumps({"op": "subscribe", "id": 1, "filter": "t/#", "delivery": delivery, "history": count}))
        values = []
        while len(values) < count:
            message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
            if "d" in message:
                values.append(message["d"])
        return values, [one.name for one in socket.extensions] == ["permessage-deflate"]


def compressed(gateway):
    return [gateway.metric(f"weir_session_{name}_bytes_total") for name in ["compressible", "compressed"]]


def test_deliveries_are_compressed_once_for_those_who_asked(start, feed_of):
    gateway = start(listen="deflate = true")
    values = [{"number": number, "text": TEXT[number:]} for number in range(20)]
    feed_of(gateway).publish("t/1", *values)

    async def talk():
        return await asyncio.gather(*(follow(gateway, 20) for _ in range(5)), follow(gateway, 20, compression=None))

    *asked, plain = asyncio.run(talk())
    assert all(got == (values, True) for got in asked)
    assert plain == (values, False)
    before, after = compressed(gateway)
    assert before < 2 * sum(len(json.dumps(value)) for value in values)  # and not for each of the five
    assert 0 < after < before / 5


def test_short_ones_and_those_that_would_grow_go_as_they_are(start, feed_of):
    gateway = start(listen="deflate = true")
    short = ["short", {"n": 1}]
    feed_of(gateway).publish("t/1", *short)
    assert asyncio.run(follow(gateway, 2)) == (short, True)
    assert compressed(gateway) == [0, 0]


def test_without_being_configured_nothing_is_compressed(start, feed_of):
    gateway = start()
    feed_of(gateway).publish("t/1", TEXT)
    assert asyncio.run(follow(gateway, 1)) == ([TEXT], False)
    assert compressed(gateway) == [0, 0]


def test_a_compressed_request_is_read_up_to_the_limit_of_what_it_becomes(start):
    gateway = start(listen="deflate = true", limits="message_bytes = 4096")

    async def talk():
        async with websockets.connect(gateway.url, subprotocols=["weir.v1.json"]) as socket:
            await socket.send(json.dumps({"op": "publish", "id": 1, "topic": "chat/a", "data": "x" * 3000}))
            assert json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))["ok"]
            await socket.send(json.dumps({"op": "publish", "id": 2, "topic": "chat/a", "data": "x" * 100000}))
            with pytest.raises(websockets.exceptions.ConnectionClosed) as closed:
                while True:
                    await asyncio.wait_for(socket.recv(), PATIENCE_S)
            return closed.value.rcvd.code

    assert asyncio.run(talk()) == 1009
