"""What a client reads behind a link of 64 kbit/s is young, and waits in no queue of the gateway."""
import contextlib
import ctypes
import pathlib
import statistics
import sys
import threading
import time

from weir_client import Client, pump
from weir_process import IS_SANITIZED

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
from harness import link  # noqa: E402

BITS_PER_S = 64_000
QUEUE_MS = 400  # of the router in front of the link
MESSAGE_BYTES = 2000
MESSAGES_PER_S = 400
START_S, MEASURED_S = 5, 10
MEDIAN_AGE_S_MAX = 0.9
PROXY_AGE_S = 1  # in the receive buffer of a proxy, which acknowledges what has not passed the link
CLONE_NEWNET = 0x40000000


class Listening:
    """The gateway as a link wants to know it."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.client_port = self.port_at("127.0.0.1")

    def port_at(self, address):
        lines = self.gateway.output.read_text().splitlines()
        prefix = f"listening client ws://{address}:"
        return next(int(line[len(prefix) :].split("/")[0]) for line in lines if line.startswith(prefix))


def connect_from(namespace, url):
    """A client whose socket belongs to a network namespace; a thread that enters it does not come back."""
    made = []

    def connect():
        if namespace:
            with open(namespace, "rb") as place:
                libc = ctypes.CDLL(None, use_errno=True)
                if libc.setns(place.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
        made.append(Client(url))

    thread = threading.Thread(target=connect)
    thread.start()
    thread.join()
    return made[0]


@contextlib.contextmanager
def publishing(feed):
    """Publishes all the time; each message says when it was."""
    end = threading.Event()

    def publish():
        pad = "x" * (MESSAGE_BYTES - 60)
        due = time.monotonic()
        while not end.is_set():
            feed.send({"topic": "quotes/A", "data": {"at": time.monotonic(), "pad": pad}})
            due += 1 / MESSAGES_PER_S
            time.sleep(max(0.0, due - time.monotonic()))

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def ages(client, seconds):
    """How old each message is when it is read."""
    found = []
    end = time.monotonic() + seconds

    def take():
        while client.messages:
            message = client.messages.popleft()
            if "d" in message:
                found.append(time.monotonic() - message["d"]["at"])
        return time.monotonic() >= end

    pump([client], take, seconds + 1)
    assert client.closed is None
    return found


def test_latest_is_young_behind_a_slow_link(start, feed_of):
    with contextlib.ExitStack() as stack:
        shaped = stack.enter_context(link.shaped(BITS_PER_S, QUEUE_MS))
        more = "".join(f'[[listen]]\naddress = "{address}"\nport = 0\n' for address in shaped.listen_addresses)
        gateway = start(more=more)
        where = dict(item.split("=") for item in stack.enter_context(shaped.to(Listening(gateway))).split(","))
        url = f"ws://{where.get('address', '127.0.0.1')}:{where['port']}/ws"
        client = connect_from(where.get("namespace"), url)
        stack.callback(client.end)
        client.subscribe("quotes/A", delivery="latest")
        before = gateway.private_kib()
        stack.enter_context(publishing(feed_of(gateway)))
        first = ages(client, START_S)
        seen = ages(client, MEASURED_S)
        growth = gateway.private_kib() - before
    print(f"{shaped}: {len(seen)} messages, {statistics.median(seen):.2f} s old (median), {max(seen):.2f} s (oldest); "
          f"{max(first):.2f} s in the first {START_S} s; {growth} KiB")
    assert len(seen) > MEASURED_S  # some three a second fit the link
    assert statistics.median(seen) <= MEDIAN_AGE_S_MAX + (0 if "namespace" in where else PROXY_AGE_S)
    if not IS_SANITIZED:
        assert growth < 2048
