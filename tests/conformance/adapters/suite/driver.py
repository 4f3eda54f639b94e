"""What the suite has to know of a source: the class that the author of an adapter derives from."""


class Driver:
    """One source, and how the adapter for it is configured.

    `start` and `config` are needed, the others where the attributes say that the source can do it. What it cannot leaves
    out cases, and the suite says which and why. All topics are below `prefix`; the gateway of each case is another one,
    the source is the same for all of them. An error is any exception.
    """

    prefix = "conform"
    # "live": whenever it is asked; "before": all of it before the gateway starts, as a file; None: what it wants
    publishes = "live"
    topic = None  # publishes is None: where something comes by itself
    keeps = False  # what is published while no gateway takes it arrives later
    repeats = False  # behind an outage what has arrived may arrive again
    drops = False  # the source drops what it is not taken from fast enough, and tells nobody
    outages = ()  # how it can go away so that the adapter notices: "kill" (-9), "stop" (SIGSTOP); the quicker one first
    can_stop = False  # `stop` and `cont` are there, whether or not the adapter notices that by itself
    confirms = False  # the source says what became of each message that a client publishes
    upstream = None  # keys of the configuration that let clients publish to it; {}: none is needed; None: they cannot
    on_demand = None  # keys that make it ask for wanted topics only; {}: it always does; None: it never does
    # keys that are mistakes (None: the key is left out), and what the complaint must say
    mistakes = [({"no_such_key": 1}, "no_such_key")]
    memory_mib = 48  # what a flood of 96 MiB may add to the gateway

    def __init__(self, folder, table):
        """`folder`: for files of the source, empty. `table`: the [[adapter]] of --config; {} without it."""
        self.folder = folder
        self.table = table

    def start(self):
        """Starts the source, also again after `kill`. Returns when the adapter can reach it."""

    def end(self):
        """Ends the source and all that belongs to it, in whatever state it is."""

    def begin(self, case_name):
        """A case begins: where what the last one has left behind would disturb, begin with another file or queue."""

    def config(self):
        """The keys of [[adapter]], but for name, topics and on_outage. A plug-in's own are in "config"."""
        return self.table

    def attach(self, gateway):
        """A gateway was started: where the source has to connect to it, `gateway.address("adapter:conform")` says where.
        Called again after `start` and after `cont`, while that gateway runs."""

    def publish(self, topic, texts):
        """Lets the source publish JSON texts to a topic, in this order. Returns when it has them."""
        raise NotImplementedError

    def poison(self, topic):
        """Lets it publish messages that can be no entry. Returns how many."""
        raise NotImplementedError

    def kill(self):
        """Ends the source as a power cut would: SIGKILL. Returns when it has gone."""
        raise NotImplementedError

    def stop(self):
        """SIGSTOP: it is there and does nothing."""
        raise NotImplementedError

    def cont(self):
        """SIGCONT."""
        raise NotImplementedError

    def received(self, count):
        """Waits for what clients have published: a list of (topic, JSON value) in the order in which it came. None: it
        cannot say."""
        return None

    def is_asked(self, gateway, topic):
        """Whether the adapter has asked the source for this topic. Needed with `on_demand`."""
        raise NotImplementedError

    def times_asked(self, gateway):
        """How often the adapter has asked for a topic since the gateway was started. None: it cannot say."""
        return None
