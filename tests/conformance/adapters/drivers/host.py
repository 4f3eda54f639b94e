"""This machine: adapters/host."""
import time

from suite import Driver

INTERVAL_S = 0.1


class Host(Driver):
    prefix = "host"
    publishes = None
    topic = "host/cpu"
    on_demand = {"on_demand": True}
    mistakes = [
        ({"interval": 100}, "did you mean 'interval_ms'"),
        ({"interval_ms": 1}, "interval_ms"),
        ({"on_demand": "yes"}, "on_demand"),
    ]

    def config(self):
        return {"type": "host", "interval_ms": int(INTERVAL_S * 1000)}

    def is_asked(self, gateway, topic):
        return grows(gateway, 4 * INTERVAL_S)


def grows(gateway, seconds):
    """Whether the adapter publishes anything within that time."""

    def published():
        return gateway.metric('weir_adapter_published_entries_total{adapter="conform"}')

    before, deadline = published(), time.monotonic() + seconds
    while published() == before and time.monotonic() < deadline:
        time.sleep(seconds / 20)
    return published() > before
