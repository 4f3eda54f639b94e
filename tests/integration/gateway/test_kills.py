"""Gateways die, or are restarted, while many clients follow a stream of RabbitMQ. Offsets and epoch are the stream's, the
same on every gateway: clients go to another one and miss nothing."""
import contextlib
import json
import os
import time

import pytest

from market import adapter, wait_up
from rabbit import Rabbit
from swarm import Source
from weir_process import IS_SANITIZED

IS_LONG = os.environ.get("WEIR_LONG", "") != ""
CLIENTS, TOPICS, INTERVAL_S = (10_000, 20, 1.0) if IS_LONG else (100 if IS_SANITIZED else 300, 5, 0.1)
KILLS, ROUNDS = (20, 2) if IS_LONG else (2, 1)
BACK_S = 120
STREAMS = '[[topics]]\nfilter = "swarm/#"\nkind = "stream"\n'
LIMITS = "connections = 15000\n"


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory):
    broker = Rabbit(tmp_path_factory.mktemp("rabbit"))
    broker.type = "amqp_stream"
    yield broker
    broker.end()


class Stream:
    """A new stream, of what is published to amq.topic with keys that begin with its name: name.0, name.1 ..."""

    def __init__(self, broker, name):
        self.name = name
        self.connection = broker.connect(heartbeat=0)
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.channel.queue_declare(name, durable=True, arguments={"x-queue-type": "stream"})
        self.channel.queue_bind(name, "amq.topic", f"{name}.#")

    def publish(self, number):
        for topic in range(TOPICS):
            self.channel.basic_publish("amq.topic", f"{self.name}.{topic}", json.dumps({"n": number}).encode())

    def end(self):
        self.connection.close()


class Cluster:
    """Gateways that read the same stream, and a swarm that is spread over them. A gateway that is started again has the
    port that it had, and nothing else."""

    def __init__(self, start, rabbit, name, size):
        keys = {"stream": name, "epoch": "e1", "topics": ["swarm/#"], "topic": "swarm/{routing_key[1]}"}
        self.section = adapter(rabbit, name="stream", **keys)
        self.start = start
        self.gateways = [self._start_one() for _ in range(size)]
        self.urls = [gateway.url for gateway in self.gateways]
        self.swarm = None

    def _start_one(self, port=0):
        gateway = self.start(shards=2, more=STREAMS, limits=LIMITS, adapters=self.section, port=port)
        wait_up(gateway, "stream")
        return gateway

    def lose(self, index, end):
        """Calls end(gateway), and returns how many clients it had, and how long it took until all of them were at others.
        Then there is a new gateway in its place."""
        there = self.gateways[index].metric('weir_net_connections{protocol="websocket"}')
        wanted = self.swarm.latest["arrivals"] + there
        began = time.monotonic()
        end(self.gateways[index])
        self.swarm.wait(
            lambda said: said["arrivals"] >= wanted and said["ready"] == CLIENTS, "all are at other gateways", BACK_S
        )
        took = time.monotonic() - began
        self.gateways[index] = self._start_one(self.urls[index].rsplit(":", 1)[1].split("/")[0])
        return there, took


@pytest.fixture
def cluster_of(request, start, swarm_of, rabbit):
    """Some gateways, a swarm that is ready, and a source that feeds them."""
    with contextlib.ExitStack() as stack:

        def make(size):
            stream = Stream(rabbit, request.node.name)
            stack.callback(stream.end)
            cluster = Cluster(start, rabbit, stream.name, size)
            cluster.swarm = swarm_of(CLIENTS, TOPICS, cluster.urls)
            cluster.swarm.wait_ready()
            source = stack.enter_context(Source(stream.publish, INTERVAL_S))
            cluster.swarm.wait_reached(1)
            return cluster, source

        yield make


def finish(swarm, source):
    swarm.wait_reached(source.stop(), BACK_S)
    print(swarm.latest)
    swarm.assert_nothing_is_wrong()
    swarm.assert_there_are_no_gaps()


def test_clients_of_a_killed_gateway_go_on_at_the_other(cluster_of):
    cluster, source = cluster_of(2)
    for kill in range(KILLS):
        there, took = cluster.lose(kill % 2, lambda gateway: gateway.kill())
        print(f"kill {kill + 1}: {there:.0f} clients, all back after {took:.1f} s")
        assert there >= CLIENTS / 2
        cluster.swarm.wait_reached(source.number + 2, BACK_S)
    finish(cluster.swarm, source)


def test_a_rolling_restart_is_no_more_than_a_change_of_gateways(cluster_of):
    cluster, source = cluster_of(3)
    for turn in range(ROUNDS):
        for index in range(3):
            there, took = cluster.lose(index, lambda gateway: gateway.stop())
            print(f"round {turn + 1}, gateway {index + 1}: {there:.0f} clients, all back after {took:.1f} s")
            cluster.swarm.wait_reached(source.number + 2, BACK_S)
    finish(cluster.swarm, source)
