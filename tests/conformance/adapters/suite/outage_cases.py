"""The source goes away and comes back, under each policy of `on_outage`."""
from .case import case

ENTRIES = 50  # of each topic, before and behind an outage
TOLD = {"gap": "gap", "clear": "cleared", "keep": None}  # what a policy tells, besides that the topic is stale
AWAY = {"kill": "killed with -9", "stop": "stopped (SIGSTOP)"}


def outage_for(driver, wish):
    """This one if its adapter notices it, else the one that is noticed sooner."""
    return wish if wish in driver.outages else driver.outages[0]


def why_no_outage(driver):
    if driver.publishes != "live":
        return "what it publishes cannot be asked for while the gateway runs"
    return None if driver.outages else "its source cannot go away"


@case("outage_gap", "away and back: on_outage = gap tells a gap, and what comes is in order", why_no_outage)
def outage_gap(lab):
    return run_outages(lab, "gap", outage_for(lab.driver, "kill"))


@case("outage_keep", "away and back: on_outage = keep leaves all as it is, marked stale", why_no_outage)
def outage_keep(lab):
    return run_outages(lab, "keep", outage_for(lab.driver, "stop"))


@case("outage_clear", "away and back: on_outage = clear empties the topics until news comes", why_no_outage)
def outage_clear(lab):
    return run_outages(lab, "clear", lab.driver.outages[0])


def run_outages(lab, policy, how):
    """Traffic, outage, traffic, as often as it is asked for; the same gateway and subscriber all the time."""
    names = ("a", "b")
    topics = [lab.topic(name) for name in names]
    gateway = lab.start(on_outage=policy, kind="value")
    # where the source keeps nothing, `keep` has no other word for what was lost meanwhile
    ledger = lab.follow(gateway, *names, stale_tells_loss=policy == "keep" and not lab.driver.keeps)
    number = 0

    def publish():
        nonlocal number
        for name in names:
            lab.publish(name, number + 1, number + ENTRIES)
        number += ENTRIES

    for outage in range(lab.rounds):
        publish()
        ledger.wait_for_numbers(topics, number)
        with lab.away(how):
            lab.wait_away(gateway)
            check_told(ledger, topics, policy)
            lab.check_state_everywhere(gateway, is_up=False)
            if how == "kill" and outage == 0:
                check_start_without_source(lab)
        publish()  # the adapter need not be back yet
        lab.wait_up(gateway)
        ledger.wait_for_told(topics, "back")
        publish()
        ledger.wait_for_numbers(topics, number)
        lab.check_state_everywhere(gateway, is_up=True)
    if lab.driver.keeps:
        assert not ledger.missing, f"{ledger.missing} are missing, which the source has kept"
    return (
        f"{lab.rounds} x {AWAY[how]}: {number * len(names)} sent, {ledger.count} delivered, {ledger.repeated} again, "
        f"{ledger.missing} told as lost"
    )


def check_told(ledger, topics, policy):
    """What subscribers are told as soon as the source is away."""
    ledger.wait_for_told(topics, "stale")
    told = TOLD[policy]
    if told:
        ledger.wait_for_told(topics, told)
    for each in {"gap", "cleared"} - {told}:
        assert not any(each in ledger.told[topic] for topic in topics), f"on_outage = {policy} tells: {dict(ledger.told)}"


def check_start_without_source(lab):
    """A gateway does not wait for its sources."""
    gateway = lab.start(is_up=False)
    lab.check_state_everywhere(gateway, is_up=False)
    assert gateway.stop() == 0
