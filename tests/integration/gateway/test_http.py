"""Publishing and reading over HTTP: what is answered, by whom, to whom, and how much of it."""
import json
import re
import socket
import time

import pytest

from http_client import address_of
from test_tokens import CONFIG, SECRET, token

TABLE = """
[[topics]]
filter = "chat/table"
kind = "table"
"""
UPSTREAM = """
[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"
topics = ["chat/upstream/#"]
upstream = true
"""


def code_of(answer):
    return answer[0], answer[1]["error"]["code"]


@pytest.mark.parametrize("shards", [1, 2])
def test_what_is_published_is_read_and_delivered(start, http_of, connect, shards):
    gateway = start(shards=shards)
    http, client = http_of(gateway), connect(gateway)
    client.subscribe("chat/#", delivery="all")
    client.until(lambda m: m.get("op") == "ready")
    for number in range(8):  # some are the other shard's
        topic = f"chat/{number}"
        status, reply = http.publish(f'{{"topic":"{topic}","data":{{"x":1.10}},"id":{number}}}')
        assert (status, reply["re"], reply["ok"], reply["offset"]) == (200, number, True, 1)
        status, state = http.read(topic)
        assert status == 200
        assert state == {"topic": topic, "kind": "value", "epoch": reply["epoch"], "offset": 1, "data": {"x": 1.1},
                         "time": state["time"]}
        assert state["time"].endswith("Z") and abs(time.time() - time.mktime(
            time.strptime(state["time"][:19], "%Y-%m-%dT%H:%M:%S")) + time.timezone) < 60
        seen = client.until(lambda m: "d" in m)
        assert seen[-1]["d"] == {"x": 1.1}
    assert gateway.metric("weir_session_publishes_total") == 8


@pytest.mark.parametrize("shards", [1, 2])
def test_a_batch_is_answered_in_order_whichever_shards_it_concerns(start, http_of, shards):
    gateway = start(shards=shards)
    http = http_of(gateway)
    batch = [{"topic": f"chat/{n % 7}", "data": n, "id": n} for n in range(40)]
    batch[11] = {"topic": "quotes/1", "data": 1}
    batch[23] = {"topic": "chat/+", "data": 1}
    batch[30] = {"topic": "chat/1", "fields": {"x": 1}}
    status, replies = http.publish(batch)
    assert status == 200 and len(replies) == 40
    refused = {n: reply["error"]["code"] for n, reply in enumerate(replies) if not reply["ok"]}
    assert refused == {11: "forbidden", 23: "bad_topic", 30: "wrong_kind"}
    assert all(reply.get("re") == n for n, reply in enumerate(replies) if n not in (11, 23, 30))
    for chat in range(7):
        offsets = [reply["offset"] for n, reply in enumerate(replies) if reply["ok"] and n % 7 == chat]
        assert offsets == list(range(1, len(offsets) + 1))
        assert http.read(f"chat/{chat}")[1]["offset"] == len(offsets)
    assert http.publish([]) == (200, [])


def test_records_tables_deletes_and_message_ids_are_as_over_a_websocket(start, http_of):
    gateway = start(more=TABLE, shards=2)
    http = http_of(gateway)
    assert http.publish([{"topic": "chat/r", "fields": {"bid": 1, "ask": 2}},
                         {"topic": "chat/r", "fields": {"bid": None, "last": 3}},
                         {"topic": "chat/table", "key": "a", "fields": {"n": 1}},
                         {"topic": "chat/table", "key": "b", "fields": {"n": 2}},
                         {"topic": "chat/table", "key": "a", "delete": True},
                         {"topic": "chat/v", "data": {"b64": "AAEC"}, "mid": "m1"},
                         {"topic": "chat/gone", "data": 1},
                         {"topic": "chat/gone", "delete": True}])[0] == 200
    assert http.read("chat/r")[1]["data"] == {"ask": 2, "last": 3}
    assert http.read("chat/table")[1]["data"] == {"b": {"n": 2}}
    value = http.read("chat/v")[1]
    assert value["data"] == {"b64": "AAEC"}
    again = http.publish({"topic": "chat/v", "data": 2, "mid": "m1"})[1]
    assert again["offset"] == value["offset"] and http.read("chat/v")[1] == value
    assert "data" not in http.read("chat/gone")[1]


@pytest.mark.parametrize("shards", [1, 2])
def test_what_an_adapter_owns_is_answered_when_it_has_taken_it(start, http_of, feed_of, shards):
    gateway = start(shards=shards, adapters=UPSTREAM)
    http, feed = http_of(gateway), feed_of(gateway)
    feed.publish("chat/upstream/begun", 1)
    http.connection.request("POST", "/v1/publish", headers={"Content-Type": "application/json"},
                            body='[{"topic":"chat/upstream/1","data":1},{"topic":"chat/2","data":2}]')
    sent = feed.answer()
    assert sent["topic"] == "chat/upstream/1" and sent["data"] == 1
    feed.send({"ack": sent["id"]})
    answer = http.connection.getresponse()
    replies = json.loads(answer.read())
    assert answer.status == 200 and replies[0] == {"ok": True} and replies[1]["offset"] == 1


def test_a_topic_that_is_not_there_or_not_ours_to_read(start, http_of):
    gateway = start(shards=2)
    http = http_of(gateway)
    assert code_of(http.read("chat/none")) == (404, "bad_topic")
    assert code_of(http.read("chat//none")) == (400, "bad_topic")
    assert code_of(http.read("chat/%23")) == (400, "bad_topic")
    assert code_of(http.read("chat/%zz")) == (400, "bad_topic")
    assert http.read("%24weir/adapters/feed")[0] == 200
    assert code_of(http.read("$weir/other")) == (404, "bad_topic")
    http.publish({"topic": "chat/a b/\u00e4", "data": 1})
    assert http.read("chat/a%20b%2F%C3%A4")[1]["data"] == 1


def test_a_known_state_is_not_sent_again(start, http_of):
    gateway = start(shards=2)
    http = http_of(gateway)
    for number in range(4):
        topic = f"/v1/topics/chat/{number}"
        http.publish({"topic": f"chat/{number}", "data": 1})
        tag = http.ask("GET", topic)[2]["ETag"]
        status, body, headers = http.ask("GET", topic, If_None_Match=tag)
        assert (status, body, headers["ETag"]) == (304, "", tag)
        head = http.ask("HEAD", topic)
        assert head[:2] == (200, "") and head[2]["ETag"] == tag and int(head[2]["Content-Length"]) > 20
        http.publish({"topic": f"chat/{number}", "data": 2})
        assert http.ask("GET", topic, If_None_Match=tag)[1]["data"] == 2


def test_limits_of_body_batch_and_state(start, http_of):
    gateway = start(limits="publish_batch = 3\nbody_bytes = 1000\nsnapshot_bytes = 256\npublishes_burst = 20")
    http = http_of(gateway)
    one = {"topic": "chat/1", "data": 1}
    assert http.publish([one] * 3)[0] == 200
    assert code_of(http.publish([one] * 4)) == (413, "too_big")
    assert http.read("chat/1")[1]["offset"] == 3
    body = json.dumps(one)
    assert http.publish(body.ljust(1000))[0] == 200
    assert code_of(http.publish(body.ljust(1001))) == (413, "too_big")
    http.end()
    assert http.publish({"topic": "chat/r", "fields": {"x": "y" * 253}})[0] == 200  # 256 with quotes and name
    assert http.read("chat/r")[0] == 200
    assert http.publish({"topic": "chat/r", "fields": {"x": "y" * 254}})[0] == 200
    assert code_of(http.read("chat/r")) == (413, "too_big")
    assert gateway.metric('weir_http_exceeded_limits_total{limit="publish_batch"}') == 1
    assert gateway.metric('weir_http_exceeded_limits_total{limit="snapshot_bytes"}') == 1
    assert gateway.metric('weir_net_refusals_total{reason="body_bytes"}') == 1


def test_a_publisher_has_one_allowance_over_all_its_connections(start, http_of):
    gateway = start(limits="publishes_per_s = 1\npublishes_burst = 5")
    answers = [http_of(gateway).publish({"topic": "chat/1", "data": n})[0] for n in range(8)]
    assert answers[:5] == [200] * 5 and 429 in answers[5:], answers
    status, _, headers = http_of(gateway).ask(
        "POST", "/v1/publish", body='{"topic":"chat/1","data":1}', Content_Type="application/json")
    assert status in (200, 429) and (status == 200 or headers["Retry-After"] == "1")


def test_tokens_and_cookies_open_what_their_claims_open(start, http_of, tmp_path):
    (tmp_path / "secret").write_bytes(SECRET)
    gateway = start(more=CONFIG.format(anonymous="false", folder=tmp_path), shards=2)
    http = http_of(gateway)
    one = {"topic": "orders/requests", "data": 1}
    bearer = {"Authorization": "Bearer " + token(groups="traders")}
    assert code_of(http.publish(one)) == (401, "bad_token")
    assert http.ask("GET", "/v1/topics/orders/requests")[2]["WWW-Authenticate"] == "Bearer"
    assert code_of(http.publish(one, Authorization="Bearer rubbish")) == (401, "bad_token")
    assert code_of(http.publish(one, Authorization="Bearer " + token(lasts_s=-10))) == (401, "token_expired")
    assert code_of(http.publish(one, Authorization="Bearer " + token())) == (403, "forbidden")
    assert http.publish(one, **bearer)[0] == 200
    assert code_of(http.publish({"topic": "orders/1", "data": 1}, **bearer)) == (403, "forbidden")
    assert http.read("orders/requests", **bearer)[0] == 200
    assert code_of(http.read("quotes/1", **bearer)) == (403, "forbidden")
    assert http.publish(one, Cookie="weir_token=" + token(groups="traders"))[0] == 200
    assert gateway.ask("POST", "/admin/revoke", body={"subject": "alice"})[0] == 200
    assert code_of(http.publish(one, **bearer)) == (401, "bad_token")


def test_pages_of_listed_origins_may_and_others_may_not(start, http_of):
    gateway = start(listen='origins = ["https://app.example.com"]')
    http = http_of(gateway)
    page, other = {"Origin": "https://app.example.com"}, {"Origin": "https://evil.example.com"}
    preflight = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type"}
    status, _, headers = http.ask("OPTIONS", "/v1/publish", **page, **preflight)
    assert status == 204 and headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert headers["Access-Control-Allow-Credentials"] == "true" and headers["Vary"] == "Origin"
    assert "POST" in headers["Access-Control-Allow-Methods"] and "Content-Type" in headers["Access-Control-Allow-Headers"]
    assert http.ask("OPTIONS", "/v1/publish", **other, **preflight)[0] == 403
    assert code_of(http.publish({"topic": "chat/1", "data": 1}, **other)) == (403, "forbidden")
    status, _, headers = http.ask("POST", "/v1/publish", body='{"topic":"chat/1","data":1}',
                                  Content_Type="application/json", **page)
    assert status == 200 and headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert code_of(http.read("chat/1", **other)) == (403, "forbidden")
    everybody = http_of(start(listen='origins = ["*"]'))
    headers = everybody.ask("GET", "/v1/topics/chat/1", **other)[2]
    assert headers["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in headers
    same = http_of(start())
    assert code_of(same.read("chat/1", **page)) == (403, "forbidden")
    host = f"http://{same.connection.host}:{same.connection.port}"
    assert code_of(same.read("chat/1", Origin=host)) == (404, "bad_topic")


def test_methods_types_and_paths(start, http_of):
    gateway = start()
    http = http_of(gateway)
    status, body, headers = http.ask("GET", "/v1/publish")
    assert (status, headers["Allow"]) == (405, "POST, OPTIONS") and body["error"]["code"] == "unsupported"
    assert http.ask("DELETE", "/v1/topics/chat/1")[2]["Allow"] == "GET, HEAD, OPTIONS"
    assert http.ask("POST", "/v1/events?filter=a", body="")[2]["Allow"] == "GET, OPTIONS"
    assert http.ask("HEAD", "/v1/events?filter=a")[0] == 405
    assert http.publish("topic=chat/1", Content_Type="application/x-www-form-urlencoded")[0] == 415
    assert http.publish("[1]")[0] == 400
    assert http.publish(b'{"topic":"chat/1","data":"\xff"}')[0] == 400
    assert http.ask("GET", "/v1/unknown")[0] == 404
    assert gateway.metric('weir_http_responses_total{class="4xx"}') == 8


def test_requests_in_a_row_are_answered_in_their_order(start):
    gateway = start(shards=2)
    with socket.create_connection(address_of(gateway), timeout=20) as raw:
        bodies = [json.dumps({"topic": f"chat/{n % 5}", "data": n, "id": n}) for n in range(50)]
        raw.sendall("".join(
            f"POST /v1/publish HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            for body in bodies).encode())
        seen, ids = b"", []
        while len(ids) < 50:
            part = raw.recv(65536)
            assert part, seen
            seen += part
            ids = [int(digits) for digits in re.findall(rb'"re":(\d+),', seen)]  # whole ones
    assert ids == list(range(50))


def test_a_body_that_drips_ends_in_time_and_harms_nobody(start, http_of):
    gateway = start(limits="handshake_ms = 300")
    with socket.create_connection(address_of(gateway), timeout=20) as raw:
        raw.sendall(b"POST /v1/publish HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[")
        assert http_of(gateway).publish({"topic": "chat/1", "data": 1})[0] == 200
        seen = b""
        while (part := raw.recv(65536)):
            seen += part
    assert b" 408 " in seen and b'"bad_request"' in seen
    assert gateway.metric('weir_net_refusals_total{reason="handshake_ms"}') == 1


def test_many_publishers_at_once_lose_nothing(start, connect, http_of):
    gateway = start(shards=2, limits="publishes_per_s = 100000\npublishes_burst = 100000",
                    more='[[topics]]\nfilter = "chat/#"\nkind = "stream"\nring_entries = 4096\n')
    client = connect(gateway)
    client.subscribe("chat/#", delivery="all")
    client.until(lambda m: m.get("op") == "ready")
    connections = [http_of(gateway) for _ in range(8)]
    for round_ in range(5):
        for number, http in enumerate(connections):
            http.connection.request(
                "POST", "/v1/publish", headers={"Content-Type": "application/json"},
                body=json.dumps([{"topic": f"chat/{n % 3}", "data": [number, round_, n]} for n in range(100)]))
        for http in connections:
            replies = json.loads(http.connection.getresponse().read())
            assert all(reply["ok"] for reply in replies)
    seen = []
    while len(seen) < 4000:
        message = client.next()
        assert message.get("op") != "gap", message
        if "d" in message:
            seen.append(tuple(message["d"]))
    assert len(set(seen)) == 4000
    for number in range(8):  # of one publisher to one topic, in order
        for chat in range(3):
            mine = [(round_, n) for who, round_, n in seen if who == number and n % 3 == chat]
            assert mine == sorted(mine)


def test_the_stop_of_a_gateway_answers_what_was_asked(start, http_of):
    gateway = start()
    http = http_of(gateway)
    assert http.publish({"topic": "chat/1", "data": 1})[0] == 200
    assert gateway.stop() == 0
    with pytest.raises((ConnectionError, OSError)):
        http.publish({"topic": "chat/1", "data": 2})
        http.publish({"topic": "chat/1", "data": 2})
