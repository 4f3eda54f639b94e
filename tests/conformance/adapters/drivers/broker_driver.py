"""What the drivers of brokers have in common that brokers.py starts."""
import signal

from suite import Driver


class CountsSubscriptions:
    """For the drivers of adapters that count what they have subscribed to on demand."""

    def is_asked(self, gateway, topic):
        return events(gateway, "subscribed") > events(gateway, "unsubscribed")

    def times_asked(self, gateway):
        return events(gateway, "subscribed")


class BrokerDriver(CountsSubscriptions, Driver):
    """`kind` is a class of brokers.py; `connect` makes the client that publishes."""

    kind = None
    outages = ("kill", "stop")
    can_stop = True
    confirms = True
    upstream = {"upstream": True}
    on_demand = {"on_demand": True}

    def __init__(self, folder, table):
        super().__init__(folder, table)
        self.broker = None

    def start(self):
        if self.broker:
            self.broker.start()
        else:
            self.broker = self.kind(self.folder / "broker")
        self.connect()

    def connect(self):
        raise NotImplementedError

    def config(self):
        return {"type": self.kind.scheme, "brokers": [self.broker.url], "heartbeat_ms": 1000, "reconnect_max_ms": 500}

    def kill(self):
        self.broker.kill()

    def stop(self):
        self.broker.signal(signal.SIGSTOP)

    def cont(self):
        self.broker.signal(signal.SIGCONT)

    def end(self):
        if self.broker:
            self.broker.end()


def events(gateway, name):
    return gateway.metric(f'weir_adapter_events_total{{adapter="conform",event="{name}"}}')
