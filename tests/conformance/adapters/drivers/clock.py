"""The example plug-in in C++: adapters/examples/clock. It ticks while somebody wants it, and has nothing to configure."""
from host import grows
from suite import Driver

TICK_S = 1


class Clock(Driver):
    prefix = "clock"
    publishes = None
    topic = "clock/utc"
    on_demand = {}
    mistakes = [({"no_such_key": 1}, "nothing to configure")]

    def is_asked(self, gateway, topic):
        return grows(gateway, 2.5 * TICK_S)
