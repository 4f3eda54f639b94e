"""What an attack is: a function of a fresh address. `@attack(expected...)` says what the gateway must answer with: an
HTTP status, a close code, "end" (closed without a word) or "reset"; `within_s` what it may take, where a deadline of
the configuration in `run` is what ends it."""
from wire import Ended, Wire

HANDSHAKE_S, ASSEMBLY_S, WRITE_PROGRESS_S, HEARTBEAT_S = 1.0, 1.5, 1.5, 1.0
ALL = []


class Attack:
    def __init__(self, run, expected, within_s):
        self.run = run
        self.name = run.__doc__.split("\n")[0].rstrip(".")
        self.id = run.__name__
        self.expected = expected
        self.within_s = within_s


def attack(*expected, within_s=None):
    def register(run):
        ALL.append(Attack(run, expected, within_s))
        return run
    return register


def ended(wire, seconds):
    outcome = wire.wait_for_end(seconds)
    wire.close()
    return outcome


def send_and_wait(address, data, seconds=5, deflate=False, upgrade=True):
    """One thing is said, and the end is waited for."""
    wire = Wire(address)
    if upgrade:
        wire.upgrade(deflate=deflate)
    try:
        wire.send(data)
    except Ended:
        pass
    return ended(wire, seconds)


def all_of(outcomes):
    """One outcome where all are the same, otherwise all of them."""
    found = sorted({str(outcome) for outcome in outcomes})
    return next(iter(outcomes)) if len(found) == 1 else ", ".join(found)
