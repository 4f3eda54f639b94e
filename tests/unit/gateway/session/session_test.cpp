#include "gateway/session/session.hpp"

#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::session {
namespace {

HubOptions with_limits(const protocol::Limits& limits) {
  HubOptions options;
  options.limits = limits;
  return options;
}

std::string subscribe(int id, const std::string& filter) {
  return R"({"op":"subscribe","id":)" + std::to_string(id) + R"(,"filter":")" + filter + "\"}";
}

}  // namespace

TEST_CASE("every request gets its one reply") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1})");
  client.say(R"({"op":"connect","id":2})");
  client.say(R"({"op":"positions","id":3,"from":{}})");
  client.say(R"({"op":"subscribe","id":4,"filter":"a"})");
  client.say(R"({"op":"publish","id":5,"topic":"a","data":1})");
  client.say(R"({"op":"publish","topic":"a","data":2})");
  client.say(R"({"op":"limit","id":6,"bytes_per_s":0})");
  client.say(R"({"op":"limit","id":7,"filter":"b","max_rate":1})");
  client.say(R"({"op":"unsubscribe","id":8,"filter":"a"})");
  client.say(R"({"op":"unsubscribe","id":9,"filter":"a"})");
  client.say(R"({"op":"ping","id":10})");
  client.say(R"({"op":"nonsense","id":11})");
  client.say(R"({"op":"ack","bytes":1})");
  const auto words = client.pull();
  CHECK(words == Words{"ok 1",
                       "no 2 bad_request",
                       "ok 3",
                       "ok 4",
                       "ready a",
                       "ok 5",
                       "ok 6",
                       "no 7 bad_request",
                       "ok 8",
                       "no 9 bad_request",
                       "ok 10",
                       "no 11 bad_request"});
}

TEST_CASE("what has no right, or does not go together, is refused by name") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(subscribe(1, "forbidden"));
  client.say(R"({"op":"publish","id":2,"topic":"forbidden","data":1})");
  client.say(R"({"op":"subscribe","id":3,"filter":"a","delivery":"all","max_rate":1})");
  CHECK(client.pull() == Words{"no 1 forbidden", "no 2 forbidden", "no 3 bad_request"});
}

TEST_CASE("a topic that may not be read makes no cell, now or later") {
  Rig rig;
  rig.publish("secret", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(subscribe(1, "#"));
  CHECK(client.pull() == Words{"ok 1", "ready #"});
  rig.publish("secret/2", "1");
  rig.publish("open", "1");
  CHECK(client.pull() == Words{"topic open @0", "open 1=1"});
}

TEST_CASE("without anonymous access a token comes first") {
  Rig rig;
  TestClient client(rig.hub, rig.rights, false);
  client.say(R"({"op":"ping","id":1})");
  CHECK(client.closed == protocol::CloseReason::bad_token);
  CHECK(client.pull() == Words{"goodbye 4501"});
  TestClient other(rig.hub, rig.rights, false);
  other.say(R"({"op":"connect","id":1})");
  CHECK(other.pull() == Words{"no 1 bad_token", "goodbye 4501"});
}

TEST_CASE("the other type of message ends the connection") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.session().on_message(protocol::MessageType::binary, "{}", rig.now);
  CHECK(client.closed == protocol::CloseReason::unsupported_data);
  CHECK(client.pull() == Words{"goodbye 1003"});
}

TEST_CASE("ten bad messages within a minute end the connection, nine do not") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  for (int i = 0; i < 9; ++i) client.say("nonsense");
  CHECK_FALSE(client.closed);
  rig.pass(60'000);
  for (int i = 0; i < 9; ++i) client.say("nonsense");
  CHECK_FALSE(client.closed);
  client.say("nonsense");
  CHECK(client.closed == protocol::CloseReason::bad_requests);
}

TEST_CASE("a session has as many subscriptions as the limit says") {
  protocol::Limits limits;
  limits.subscriptions = 2;
  Rig rig(with_limits(limits));
  TestClient client(rig.hub, rig.rights);
  client.say(subscribe(1, "a")).say(subscribe(2, "b")).say(subscribe(3, "c"));
  client.say(subscribe(4, "a"));  // the same again is no more
  CHECK(
      client.pull() ==
      Words{
          "ok 1", "ready a", "ok 2", "ready b", "no 3 too_many_subscriptions", "ok 4", "ready a"});
  CHECK(client.session().subscription_count() == 2);
}

TEST_CASE("a session has as many cells as the limit says: more are refused, or end it") {
  protocol::Limits limits;
  limits.cells = 2;
  Rig rig(with_limits(limits));
  for (const char* topic : {"a/1", "a/2", "b/1", "b/2", "b/3"}) rig.publish(topic, "1");
  TestClient client(rig.hub, rig.rights);
  client.say(subscribe(1, "b/+"));
  CHECK(client.pull() == Words{"no 1 too_many_topics"});
  CHECK(client.session().cell_count() == 0);
  CHECK(client.session().subscription_count() == 0);
  client.say(subscribe(2, "a/+"));
  CHECK(client.pull().front() == "ok 2");
  CHECK(client.session().cell_count() == 2);
  rig.publish("a/3", "1");
  CHECK(client.closed == protocol::CloseReason::too_many_cells);
}

TEST_CASE("positions of what a session has already or resumes to count once") {
  protocol::Limits limits;
  limits.cells = 2;
  Rig rig(with_limits(limits));
  rig.publish("a", "1");
  rig.publish("b", "1");
  TestClient client(rig.hub, rig.rights);
  const std::string from =
      R"(,"from":{"a":{"epoch":"x","offset":1},"b":{"epoch":"x","offset":1}}})";
  client.say(R"({"op":"subscribe","id":1,"filter":"+")" + from);
  CHECK(client.pull().front() == "ok 1");
  TestClient other(rig.hub, rig.rights);
  other.say(R"({"op":"subscribe","id":1,"filter":"+","from":{"c":{"epoch":"x","offset":1}}})");
  CHECK(other.pull() == Words{"no 1 too_many_topics"});  // two cells, and a place that is kept
}

TEST_CASE("a topic born later goes on from the position that was brought for it") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(
      R"({"op":"subscribe","id":1,"filter":"+","delivery":"all","from":{"a":{"epoch":"old","offset":9}}})");
  CHECK(client.pull() == Words{"ok 1", "ready +"});
  rig.publish("a", "1");
  rig.publish("b", "1");
  CHECK(client.pull() == Words{"topic a @0", "gap a ..0 epoch", "a 1=1", "topic b @0", "b 1=1"});
}

TEST_CASE("one topic under two filters is one cell: every entry once, until the last filter ends") {
  Rig rig;
  rig.publish("a/x", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(subscribe(1, "a/+")).say(subscribe(2, "a/x"));
  CHECK(client.pull() ==
        Words{"ok 1", "ok 2", "topic a/x @0", "a/x 1=1 s", "ready a/+", "ready a/x"});
  rig.publish("a/x", "2");
  CHECK(client.pull() == Words{"a/x 2=2"});
  client.say(R"({"op":"unsubscribe","id":3,"filter":"a/+"})");
  rig.publish("a/x", "3");
  CHECK(client.pull() == Words{"ok 3", "a/x 3=3"});
  client.say(R"({"op":"unsubscribe","id":4,"filter":"a/x"})");
  rig.publish("a/x", "4");
  CHECK(client.pull() == Words{"ok 4"});
  CHECK(client.session().cell_count() == 0);
}

TEST_CASE("a client publishes as often as the limit says") {
  protocol::Limits limits;
  limits.publishes_burst = 2;
  limits.publishes_per_s = 1;
  Rig rig(with_limits(limits));
  TestClient client(rig.hub, rig.rights);
  const std::string publish = R"({"op":"publish","id":1,"topic":"a","data":1})";
  client.say(publish).say(publish).say(publish);
  CHECK(client.pull() == Words{"ok 1", "ok 1", "no 1 rate"});
  rig.pass(1001);
  client.say(publish);
  CHECK(client.pull() == Words{"ok 1"});
}

TEST_CASE("heartbeats go out when nothing else does, and two silent intervals end it") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"heartbeat_ms":1000})");
  (void)client.pull();
  const auto began = rig.now.steady;
  Words words;
  while (words.empty()) {
    REQUIRE(client.session().deadline() > rig.now.steady);
    rig.pass(1);
    client.session().on_deadline(rig.now);
    words = client.pull();
  }
  CHECK(words == Words{"heartbeat"});
  CHECK(rig.now.steady - began > milliseconds(875));
  CHECK(rig.now.steady - began <= milliseconds(1000));
  CHECK(client.pings >= 1);
  rig.pass(std::chrono::duration_cast<std::chrono::milliseconds>(began + milliseconds(1999) -
                                                                 rig.now.steady)
               .count());
  client.session().on_deadline(rig.now);
  CHECK_FALSE(client.closed);
  rig.pass(1);
  client.session().on_deadline(rig.now);
  CHECK(client.closed == protocol::CloseReason::no_heartbeat);
  CHECK(client.pull().back() == "goodbye 4000");
}

TEST_CASE("heartbeats and pings do not wait for data that has no end") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"heartbeat_ms":1000,"bytes_per_s":1000})");
  client.say(R"({"op":"subscribe","id":2,"filter":"a"})");
  rig.publish("a", "\"" + std::string(4000, 'x') + "\"");
  (void)client.pull();
  int beats = 0;
  for (int ms = 0; ms < 10'000; ms += 10) {
    rig.pass(10);
    rig.publish("a", "\"" + std::string(4000, 'y') + "\"");  // 400 kB/s for 1 kB/s
    client.session().on_activity(rig.now);
    client.session().on_deadline(rig.now);
    for (const auto& word : client.pull()) beats += word == "heartbeat" ? 1 : 0;
  }
  CHECK(beats > 4);  // between two deliveries, which are four seconds apart
  CHECK(client.pings >= 10);
}

TEST_CASE("changes by the client hold at once, windows and delays too") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"connect","id":1,"window_bytes":20})");
  client.say(R"({"op":"subscribe","id":2,"filter":"a"})");
  (void)client.pull();
  rig.publish("a", "1");
  CHECK(client.pull().size() == 2);  // introduced and delivered
  rig.publish("a", "2");
  CHECK(client.pull().empty());  // the window is full
  client.say(R"({"op":"limit","id":3,"window_bytes":0})");
  CHECK(client.pull() == Words{"ok 3", "a 2=2"});
  client.say(R"({"op":"limit","id":4,"max_delay_ms":1000})");
  (void)client.pull();
  rig.publish("a", "3");
  CHECK(client.pull() == Words{"a 3=3"});
  rig.publish("a", "4");
  CHECK(client.pull().empty());
  client.say(R"({"op":"limit","id":5,"max_delay_ms":0})");
  CHECK(client.pull() == Words{"ok 5", "a 4=4"});
  client.say(R"({"op":"limit","id":6,"filter":"a","max_rate":1})");
  (void)client.pull();
  rig.publish("a", "5");
  CHECK(client.pull() == Words{"a 5=5"});
  rig.publish("a", "6");
  CHECK(client.pull().empty());
  client.say(R"({"op":"limit","id":7,"filter":"a","max_rate":0})");
  CHECK(client.pull() == Words{"ok 7", "a 6=6"});
}

TEST_CASE("a client that does not take its replies is not read from until it has") {
  protocol::Limits limits;
  limits.unsent_reply_bytes = 500;
  Rig rig(with_limits(limits));
  TestClient client(rig.hub, rig.rights);
  int pings = 0;
  while (client.session().wants_input() && pings < 1000) {
    client.say(R"({"op":"ping","id":)" + std::to_string(++pings) + "}");
  }
  CHECK(pings < 20);
  CHECK(client.pull(100).size() == 1);
  int replies = 1;
  while (client.wants_flush) replies += static_cast<int>(client.pull(200).size());
  CHECK(replies == pings);
  CHECK(client.session().wants_input());
}

TEST_CASE("replies go before deliveries, whatever waits") {
  Rig rig;
  rig.publish("a", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"a","delivery":"all"})");
  (void)client.pull();
  rig.publish("a", "2", 50);
  client.say(R"({"op":"ping","id":2})");
  CHECK(client.pull().front() == "ok 2");
}

TEST_CASE("a session that ends leaves nothing behind") {
  Rig rig;
  rig.publish("a/x", "1");
  TestClient client(rig.hub, rig.rights);
  client.say(subscribe(1, "#")).say(subscribe(2, "a/+"));
  (void)client.pull();
  CHECK(rig.hub.stats().sessions.cells == 1);
  client.leave();
  const auto stats = rig.hub.stats();
  CHECK(stats.sessions.sessions == 0);
  CHECK(stats.sessions.cells == 0);
  CHECK(stats.sessions.subscriptions == 0);
  rig.publish("a/x", "2");
}

}  // namespace weir::gateway::session
