"""From the source to a subscriber, while nobody is away."""
import contextlib
import threading
import time

from weir_process import wait_until

from .case import case, has
from .ledger import NotYet

ENTRIES = 300  # of each topic; fewer than any queue that a case could fill
FLOOD_MESSAGES, FLOOD_PAD = 1500, 64 * 1024
FLOOD_RING = 'ring_entries = 64\nring_bytes = "1MiB"\n'
FLOOD_S = 120
AGAIN_S = 0.5  # behind a flood: how soon the next message is tried


@case("config", "mistakes in the configuration are told by key and reason")
def config(lab):
    is_good, said = lab.check()
    assert is_good, f"the driver's own configuration is refused: {said}"
    for keys, words in lab.driver.mistakes:
        is_good, said = lab.check(keys)
        assert not is_good, f"{keys} was accepted"
        assert words in said, f"the complaint about {keys} does not say '{words}': {said}"
    return f"{len(lab.driver.mistakes)} of them"


@case("status", "status, admin list, metrics and readiness say that it is up")
def status(lab):
    told = lab.check_state_everywhere(lab.start(), is_up=True)
    return told["reason"]


@case("order", "what the source sends arrives, all of it, once and in order")
def order(lab):
    if lab.driver.publishes is None:
        return by_itself(lab)
    names = ("a", "b", "c")
    topics = [lab.topic(name) for name in names]
    gateway, ledger = publish_and_follow(lab, names, ENTRIES)
    ledger.wait_for_numbers(topics, ENTRIES)
    assert ledger.count == len(names) * ENTRIES and not ledger.repeated, f"{ledger.count} entries"
    assert not any(ledger.told.values()), dict(ledger.told)
    assert lab.metric(gateway, "weir_adapter_published_entries_total") >= ledger.count
    return f"{ledger.count} entries of {len(names)} topics"


def by_itself(lab):
    gateway = lab.start()
    client = lab.connect(gateway)
    client.subscribe(lab.driver.topic, delivery="all", history=1)
    client.until(lambda message: "d" in message)
    assert lab.metric(gateway, "weir_adapter_published_entries_total") >= 1
    return f"{lab.driver.topic} has come by itself"


def publish_and_follow(lab, names, count):
    """A gateway, and the ledger of a client that gets the numbers 1 to `count` of these topics."""
    if lab.driver.publishes == "before":
        for name in names:
            lab.publish(name, 1, count)
        gateway = lab.start()
        return gateway, lab.follow(gateway, *names, history=count)
    gateway = lab.start()
    ledger = lab.follow(gateway, *names)
    for first in range(1, count, 100):
        for name in names:  # in turns, so that topics could be mixed up
            lab.publish(name, first, min(first + 99, count))
    return gateway, ledger


def why_no_poison(driver):
    return None if has(driver, "poison") else "its driver has no bad messages"


@case("poison", "bad messages are counted and skipped, and what follows arrives", why_no_poison)
def poison(lab):
    def publish():
        bad = lab.driver.poison(lab.topic("a"))
        lab.publish("a", 1, 10)
        return bad

    if lab.driver.publishes == "before":
        bad = publish()
        gateway = lab.start()
        ledger = lab.follow(gateway, "a", history=10)
    else:
        gateway = lab.start()
        ledger = lab.follow(gateway, "a")
        bad = publish()
    assert bad > 0, "the driver has sent none"
    ledger.wait_for_numbers([lab.topic("a")], 10)
    wait_until(
        lambda: lab.metric(gateway, "weir_adapter_poison_messages_total") == bad, f"all {bad} bad messages are counted"
    )
    assert lab.status(gateway)["state"] == "up"
    return f"{bad} bad messages"


def why_no_flood(driver):
    return None if driver.publishes else "what it publishes cannot be asked for"


@case("flood", "a flood is slowed down: memory stays bounded, and what is lost is told", why_no_flood)
def flood(lab):
    topic = lab.topic("a")
    if lab.driver.publishes == "before":
        lab.publish("a", 1, FLOOD_MESSAGES, FLOOD_PAD)
        gateway = lab.start(ring=FLOOD_RING, is_up=False)
        memory = Memory(gateway)
        ledger = lab.follow(gateway, "a", history=1, is_late=True)
        ledger.wait_for(lambda ledger: memory.look() and ledger.last[topic] == FLOOD_MESSAGES, "the end", FLOOD_S)
    else:
        gateway = lab.start(ring=FLOOD_RING)
        memory = Memory(gateway)
        ledger = lab.follow(gateway, "a", may_lose=lab.driver.drops)
        publisher = Background(lambda: lab.publish("a", 1, FLOOD_MESSAGES, FLOOD_PAD))
        ledger.wait_for(lambda _: memory.look() and not publisher.is_alive(), "the source has sent all", FLOOD_S)
        publisher.end()
        catch_up(lab, ledger, topic, memory)
    assert memory.grown_mib < lab.driver.memory_mib, (
        f"the gateway has grown by {memory.grown_mib:.0f} MiB, at most {lab.driver.memory_mib} are allowed"
    )
    wait_until(lambda: lab.status(gateway)["state"] == "up", "it is up, still or again")
    return f"{FLOOD_MESSAGES * FLOOD_PAD >> 20} MiB, {memory.grown_mib:.0f} MiB more in memory, {ledger.missing} told as lost"


def catch_up(lab, ledger, topic, memory):
    """Until what is published now arrives: the last of the flood itself may be among what was lost."""
    number, deadline = FLOOD_MESSAGES, time.monotonic() + FLOOD_S
    while ledger.last[topic] < number:
        assert time.monotonic() < deadline, f"{number} does not arrive behind {ledger.last[topic]}"
        number += 1
        lab.publish("a", number, number)
        with contextlib.suppress(NotYet):
            ledger.wait_for(lambda ledger: memory.look() and ledger.last[topic] == number, "the next", AGAIN_S)


class Memory:
    """How much a gateway has grown since it was empty."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.before = gateway.private_kib()
        self.grown_mib = 0.0

    def look(self):
        self.grown_mib = max(self.grown_mib, (self.gateway.private_kib() - self.before) / 1024)
        return True


class Background(threading.Thread):
    """Does something beside the case; `end` waits for it and tells what went wrong."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work = work
        self.fault = None
        self.start()

    def run(self):
        try:
            self.work()
        except Exception as fault:  # told by `end`, in the thread of the case
            self.fault = fault

    def end(self):
        self.join(FLOOD_S)
        assert not self.is_alive(), "the source has not taken what it was given"
        if self.fault:
            raise self.fault


@case("clean_stop", "SIGTERM in the middle of traffic ends the gateway with exit code 0")
def clean_stop(lab):
    if lab.driver.publishes is None:
        gateway = lab.start()
        lab.connect(gateway).subscribe(lab.driver.topic)
        return ends_well(gateway)
    if lab.driver.publishes == "before":
        lab.publish("a", 1, 50 * ENTRIES)
        gateway = lab.start()
        ledger = lab.follow(gateway, "a", history=1, is_late=True)
        ledger.wait_for(lambda ledger: ledger.count, "traffic")
        return ends_well(gateway)
    gateway = lab.start()
    ledger = lab.follow(gateway, "a")
    is_ending = threading.Event()

    def publish():
        first = 1
        while not is_ending.is_set():
            lab.publish("a", first, first + 99)
            first += 100

    publisher = Background(publish)
    try:
        ledger.wait_for_numbers([lab.topic("a")], ENTRIES)
        return ends_well(gateway)
    finally:
        is_ending.set()
        with contextlib.suppress(Exception):  # it may need the gateway, which has gone
            publisher.end()


def ends_well(gateway):
    began = time.monotonic()
    code = gateway.stop()
    assert code == 0, f"exit code {code}"
    return f"{time.monotonic() - began:.1f} s"


def why_not_frozen(driver):
    return None if driver.can_stop else "its driver cannot stop the source"


@case("frozen_stop", "SIGTERM while the source does not answer ends the gateway with exit code 0", why_not_frozen)
def frozen_stop(lab):
    gateway = lab.start()
    lab.connect(gateway).subscribe(lab.driver.topic or lab.topic("a"))
    with lab.away("stop"):
        return ends_well(gateway)


def why_nothing_kept(driver):
    return None if driver.keeps else "its source keeps nothing while no gateway takes it"


@case("gateway_away", "what is published while there is no gateway arrives, in order", why_nothing_kept)
def gateway_away(lab):
    topic = lab.topic("a")
    gateway = lab.start()
    ledger = lab.follow(gateway, "a")
    lab.publish("a", 1, ENTRIES)
    ledger.wait_for_numbers([topic], ENTRIES)
    assert gateway.stop() == 0
    lab.publish("a", ENTRIES + 1, 2 * ENTRIES)
    ledger = lab.follow(lab.start(), "a", history=2 * ENTRIES, is_late=True)
    ledger.wait_for_numbers([topic], 2 * ENTRIES)
    # the end of what was there before may come again: the source need not know yet that it has arrived
    assert ledger.first[topic] <= ENTRIES + 1, f"the first is {ledger.first[topic]}"
    return f"{ENTRIES} entries, {ENTRIES + 1 - ledger.first[topic]} again"
