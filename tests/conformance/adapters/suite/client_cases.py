"""What clients do to the source: they publish to it, and want topics of it."""
from weir_process import PATIENCE_S, wait_until

from .case import case, has

PUBLISHED = 20
LINGER_S = 5  # the gateway's: so long nobody must want a topic before its source is told
RELOADS = 5


def why_no_upstream(driver):
    return None if driver.upstream is not None else "clients cannot publish to its source"


def why_never_unknown(driver):
    if driver.upstream is None or not driver.confirms:
        return why_no_upstream(driver) or "its source does not say what became of a message"
    return None if driver.can_stop else "its driver cannot stop the source"


def why_never_unavailable(driver):
    return why_no_upstream(driver) or (None if driver.outages else "its source cannot go away")


@case("upstream", "what clients publish reaches the source, in order, and they are told ok", why_no_upstream)
def upstream(lab):
    client = lab.connect(lab.start(lab.driver.upstream))
    topic = lab.topic("up")
    for number in range(PUBLISHED):
        reply = client.request("publish", topic=topic, data={"n": number}, mid=f"{lab.case_name}{number}")
        assert reply["ok"], reply
    received = lab.driver.received(PUBLISHED)
    if received is None:
        return "the driver cannot say what has arrived"
    assert received == [(topic, {"n": number}) for number in range(PUBLISHED)], received
    return f"{PUBLISHED} messages"


@case("upstream_unknown", "the source does not answer: clients are told unknown", why_never_unknown)
def upstream_unknown(lab):
    client = lab.connect(lab.start(lab.driver.upstream))
    with lab.away("stop"):
        reply = client.request("publish", topic=lab.topic("up"), data="?")
    assert not reply["ok"] and reply["error"]["code"] == "unknown", reply
    return reply["error"]["message"]


@case("upstream_unavailable", "the source is away: clients are told unavailable, and ok when it is back", why_never_unavailable)
def upstream_unavailable(lab):
    gateway = lab.start(lab.driver.upstream)
    client, topic = lab.connect(gateway), lab.topic("up")
    with lab.away(lab.driver.outages[0]):
        lab.wait_away(gateway)
        reply = client.request("publish", topic=topic, data="no")
        assert not reply["ok"] and reply["error"]["code"] == "unavailable", reply
    lab.wait_up(gateway)
    again = client.request("publish", topic=topic, data="again")
    assert again["ok"], again
    return reply["error"]["message"]


def why_not_unsupported(driver):
    return None if driver.upstream != {} else "clients can always publish to its source"


@case("upstream_off", "clients that publish are told unsupported where that is not configured", why_not_unsupported)
def upstream_off(lab):
    reply = lab.connect(lab.start()).request("publish", topic=lab.topic("up"), data=1)
    assert not reply["ok"] and reply["error"]["code"] == "unsupported", reply


def why_not_on_demand(driver):
    if driver.on_demand is None:
        return "it takes all of its source, whether or not somebody wants it"
    return None if has(driver, "is_asked") else "its driver cannot say what the source was asked for"


def why_not_counted(driver):
    reason = why_not_on_demand(driver)
    return reason or (None if has(driver, "times_asked") else "its driver cannot count how often the source was asked")


@case("on_demand", "the first subscriber begins the subscription at the source, the last one's leaving ends it", why_not_on_demand)
def on_demand(lab):
    gateway = lab.start(lab.driver.on_demand)
    topic = topic_of(lab)
    assert not lab.driver.is_asked(gateway, topic), "it asks before anybody wants it"
    assert topic not in wanted(lab, gateway), f"the admin list says that {topic} is wanted"
    first, second = (want(lab, gateway) for _ in range(2))
    wait_until(lambda: lab.driver.is_asked(gateway, topic), "it asks for what somebody wants")
    assert topic in wanted(lab, gateway), f"the admin list does not say that {topic} is wanted"
    if lab.driver.publishes == "live":
        ledger = lab.follow(gateway, "a")
        lab.probe(ledger, topic)
        lab.publish("a", 1, PUBLISHED)
        ledger.wait_for_numbers([topic], PUBLISHED)
        ledger.client.end()
    first.end()
    assert lab.driver.is_asked(gateway, topic), "it gives up what another one still wants"
    second.end()
    wait_until(lambda: not lab.driver.is_asked(gateway, topic), "it asks no more", seconds=LINGER_S + PATIENCE_S)
    assert topic not in wanted(lab, gateway), f"the admin list still says that {topic} is wanted"


@case("on_demand_reload", "a page that reloads does not end and begin the subscription at the source", why_not_counted)
def on_demand_reload(lab):
    gateway = lab.start(lab.driver.on_demand)
    topic = topic_of(lab)
    client = want(lab, gateway)
    wait_until(lambda: lab.driver.is_asked(gateway, topic), "it asks for what somebody wants")
    asked = lab.driver.times_asked(gateway)
    assert asked, "the driver has counted nothing"
    for _ in range(RELOADS):
        client.end()
        client = want(lab, gateway)
    if lab.driver.publishes == "live":
        lab.probe(lab.follow(gateway, "a"), topic)  # behind whatever the reloads have begun
    again = lab.driver.times_asked(gateway)
    assert again == asked, f"asked {asked} times before {RELOADS} reloads, {again} times behind them"
    return f"{RELOADS} reloads"


def wanted(lab, gateway):
    return lab.status(gateway)["wanted"]["filters"]


def topic_of(lab):
    return lab.driver.topic or lab.topic("a")


def want(lab, gateway):
    client = lab.connect(gateway)
    client.subscribe(topic_of(lab))
    return client
