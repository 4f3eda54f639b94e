"""From a line on the TCP feed to whoever subscribes: nc, `weir sub`, `weir pub`, and a bare client."""
import json
import subprocess

import pytest

from weir_process import PATIENCE_S, WEIR, run, wait_until


def nc(port, text):
    """Sends text as the README does; returns what the feed answered."""
    sent = subprocess.run(
        ["nc", "-q", "1", "127.0.0.1", str(port)], input=text, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    return [json.loads(line) for line in sent.stdout.splitlines()]


@pytest.mark.parametrize("shards", [1, 4])
def test_a_line_from_nc_is_seen_by_weir_sub_and_by_a_client(start, connect, shards):
    gateway = start(shards=shards)
    client = connect(gateway)
    client.subscribe("quotes/+")
    with subprocess.Popen(
        [WEIR, "sub", gateway.url, "quotes/#", "--count", "1", "--for", str(PATIENCE_S)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as sub:
        wait_until(lambda: gateway.metric("weir_session_subscriptions") == 2, "both are subscribed")
        assert nc(gateway.feed_port, '{"topic":"quotes/AAPL","data":{"bid":1.10}}\n') == []
        out, err = sub.communicate(timeout=PATIENCE_S)
    assert (sub.returncode, out) == (0, 'quotes/AAPL {"bid":1.10}\n'), err
    seen = client.until(lambda message: "d" in message)
    assert seen[-1]["d"] == {"bid": 1.1}
    assert {"quotes/AAPL"} == {message["topic"] for message in seen if message.get("op") == "topic"}


def test_a_bad_line_is_answered_with_its_number_and_fault_and_the_feed_goes_on(start, connect):
    gateway = start()
    client = connect(gateway)
    client.subscribe("quotes/+", delivery="all")
    answers = nc(
        gateway.feed_port,
        '{"topic":"quotes/A","data":1}\n'
        '{"topic":"quotes/A","data":\n'
        '{"topic":"quotes/+","data":1,"id":7}\n'
        '{"topic":"quotes/A","datum":1}\n'
        '{"topic":"quotes/A","data":2,"id":8}\n',
    )
    by_line = {answer["line"]: answer["error"] for answer in answers if "line" in answer}
    assert set(by_line) == {2, 4}
    assert by_line[2]["code"] == "bad_request" and "JSON" in by_line[2]["message"]
    assert "datum" in by_line[4]["message"]
    nack = next(answer for answer in answers if answer.get("nack") == 7)
    assert nack["error"]["code"] == "bad_topic"
    assert {"ack": 8} in answers
    assert [message["d"] for message in client.until(lambda message: message.get("d") == 2) if "d" in message] == [1, 2]
    assert gateway.metric('weir_adapter_poison_messages_total{adapter="feed"}') == 3


def test_what_weir_pub_publishes_is_received_and_its_exit_code_says_how_it_went(start, connect):
    gateway = start()
    client = connect(gateway)
    client.subscribe("chat/#", delivery="all")
    assert run("pub", gateway.url, "chat/lobby", '{"a":1.10}').returncode == 0
    assert run("pub", gateway.url, "chat/lobby", "hello \"you\"", "--data-format", "text").returncode == 0
    lines = run("pub", gateway.url, "chat/lobby", stdin="1\nnot JSON\n2")
    assert lines.returncode == 3 and "line 2" in lines.stderr
    seen = client.until(lambda message: message.get("d") == 2)
    assert [message["d"] for message in seen if "d" in message] == [{"a": 1.1}, 'hello "you"', 1, 2]
    forbidden = run("pub", gateway.url, "quotes/A", "1")
    assert forbidden.returncode == 3 and "forbidden" in forbidden.stderr
    # More than the gateway takes at once: each comes, in order.
    many = run("pub", gateway.url, "chat/many", stdin="".join(f"{number}\n" for number in range(150)), seconds=60)
    assert many.returncode == 0, many.stderr
    seen = client.until(lambda message: message.get("d") == 149)
    assert [message["d"] for message in seen if "d" in message] == list(range(150))


def test_weir_sub_says_what_is_wrong(start):
    gateway = start()
    no_path = run("sub", gateway.url.replace("/ws", "/nowhere"), "a")
    assert no_path.returncode == 1 and "404" in no_path.stderr
    feed = run("sub", f"ws://127.0.0.1:{gateway.feed_port}/ws", "a", seconds=PATIENCE_S)
    assert feed.returncode == 1 and "does not speak HTTP" in feed.stderr
    bad = run("sub", gateway.url, "a//b")
    assert bad.returncode == 2 and "a//b" in bad.stderr
    late = run("sub", gateway.url, "a", "--count", "1", "--for", "0.2")
    assert late.returncode == 4 and "0 of 1" in late.stderr
    done = run("sub", gateway.url, "a", "--for", "0.2")
    assert done.returncode == 0
