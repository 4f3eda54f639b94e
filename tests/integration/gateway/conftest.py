"""Fixtures of the tests against the real program."""
import pytest

from bad_network import end_networks
from certificates import Authority
from http_client import Events, Http
from swarm import Swarm
from weir_client import Client, Feed
from weir_process import Gateway


@pytest.fixture
def start(tmp_path):
    """Starts gateways; the end of the test stops them, and checks that they end well."""
    gateways = []

    def start_one(**options):
        folder = tmp_path / f"gateway{len(gateways)}"
        folder.mkdir()
        gateways.append(Gateway(folder, **options))
        return gateways[-1]

    yield start_one
    codes = [gateway.stop() for gateway in gateways]
    end_networks()
    for gateway in gateways:
        print(f"log of {gateway.folder.name}:\n{gateway.log()[-8000:]}")  # shown where the test fails
    assert all(code == 0 for code in codes), codes


@pytest.fixture
def connect():
    """Opens clients; the end of the test closes them."""
    clients = []

    def connect_one(gateway, **options):
        clients.append(Client(gateway.url, **options))
        return clients[-1]

    yield connect_one
    for client in clients:
        client.end()


@pytest.fixture
def http_of():
    """Opens HTTP connections to gateways; the end of the test closes them."""
    yield from opened(Http)


@pytest.fixture
def events_of():
    """Opens streams of events; the end of the test closes them."""
    yield from opened(Events)


def opened(kind):
    those = []

    def open_one(*words, **options):
        those.append(kind(*words, **options))
        return those[-1]

    yield open_one
    for one in those:
        one.end()


@pytest.fixture
def swarm_of():
    """Starts processes full of clients; the end of the test ends them."""
    yield from opened(Swarm)


@pytest.fixture
def feed_of():
    """Opens connections to the feeds of gateways."""
    feeds = []

    def open_one(gateway):
        feeds.append(Feed(gateway.feed_port))
        return feeds[-1]

    yield open_one
    for feed in feeds:
        feed.end()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Whoever vouches for the broker, and for whom it lets in."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory, authority):
    """A RabbitMQ for all tests of a file."""
    from rabbit import Rabbit  # needs packages that the other tests do not

    broker = Rabbit(tmp_path_factory.mktemp("rabbit"), authority)
    yield broker
    broker.end()


@pytest.fixture
def channel(rabbit):
    """A channel to it that is not ours, with confirms."""
    connection = rabbit.connect(heartbeat=0)
    channel = connection.channel()
    channel.confirm_delivery()
    yield channel
    connection.close()
