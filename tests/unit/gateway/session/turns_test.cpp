#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <map>
#include <string>

// Which of a session's topics is sent when several have something: shares and priorities.
namespace weir::gateway::session {
namespace {

std::string text_of(std::size_t bytes) {
  return "\"" + std::string(bytes, '.') + "\"";
}

/// Says what each topic was sent, by the first letter of its words, until `bytes` were pulled.
std::map<char, std::size_t> share(Rig& rig, TestClient& client, std::size_t bytes) {
  std::map<char, std::size_t> shares;
  for (std::size_t sent = 0; sent < bytes; rig.pass(10)) {
    for (const auto& word : client.pull(4096)) shares[word.front()] += word.size();
    sent += client.pulled_bytes;
  }
  return shares;
}

}  // namespace

TEST_CASE("a topic with large entries gets no more than its neighbour, with a limit and without") {
  for (const char* limit : {"0", "200000"}) {
    CAPTURE(limit);
    Rig rig(Rig::with_ring(2000));
    TestClient client(rig.hub, rig.rights);
    for (const char* topic : {"big", "small"}) rig.publish(topic, "0");
    client.say(R"({"op":"subscribe","id":1,"filter":"+","delivery":"all"})");
    client.say(R"({"op":"limit","id":2,"bytes_per_s":)" + std::string(limit) + "}");
    (void)client.pull();
    rig.publish("big", text_of(6000), 100);
    rig.publish("small", text_of(300), 2000);
    auto shares = share(rig, client, 500'000);
    CHECK(shares['b'] > 200'000);
    CHECK(shares['s'] > 200'000);
  }
}

TEST_CASE("pages of a table and values share a link") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  for (int row = 0; row < 3000; ++row) {
    protocol::Publication publication;
    publication.topic = "table";
    publication.kind = protocol::Kind::table;
    publication.operation = protocol::Operation::update;
    publication.key = std::to_string(row);
    publication.fields = {{"text", text_of(100)}};
    REQUIRE(rig.hub.accept(std::move(publication)));
  }
  rig.publish("value", "0");
  client.say(R"({"op":"subscribe","id":1,"filter":"+"})");
  (void)client.pull(100);
  std::size_t values = 0;
  std::size_t writes = 0;
  do {
    rig.publish("value", text_of(300));
    for (const auto& word : client.pull(4096)) values += word.starts_with("value") ? 1 : 0;
    ++writes;
  } while (client.wants_flush);
  CHECK(writes > 24);  // of at most a page each
  CHECK(3 * values > writes);
}

TEST_CASE("a higher priority goes first, and one byte in nine goes to the others") {
  Rig rig(Rig::with_ring(5000));
  TestClient client(rig.hub, rig.rights);
  for (const char* topic : {"alarm", "bulk", "chart"}) rig.publish(topic, "0");
  client.say(R"({"op":"subscribe","id":1,"filter":"bulk","delivery":"all","priority":-100})");
  client.say(R"({"op":"subscribe","id":2,"filter":"chart","delivery":"all"})");
  client.say(R"({"op":"subscribe","id":3,"filter":"alarm","delivery":"all","priority":100})");
  (void)client.pull();
  for (const char* topic : {"bulk", "chart", "alarm"}) rig.publish(topic, text_of(500), 1500);
  auto shares = share(rig, client, 100'000);
  CHECK(shares['a'] > 100'000);
  CHECK(shares.size() == 1);
  shares = share(rig, client, 600'000);
  CHECK(shares['a'] > 500'000);
  CHECK(shares['b'] > 20'000);
  CHECK(shares['c'] > 20'000);
}

TEST_CASE("of several filters the highest priority counts, and counts no more when it is gone") {
  Rig rig(Rig::with_ring(100));
  TestClient client(rig.hub, rig.rights);
  for (const char* topic : {"a", "b"}) rig.publish(topic, "0");
  client.say(R"({"op":"subscribe","id":1,"filter":"+","delivery":"all"})");
  client.say(R"({"op":"subscribe","id":2,"filter":"b","delivery":"all","priority":1})");
  (void)client.pull();
  for (const char* topic : {"a", "b"}) rig.publish(topic, "1");
  CHECK(client.pull() == Words{"b 2=1", "a 2=1"});
  for (const char* topic : {"a", "b"}) rig.publish(topic, "1");
  client.say(R"({"op":"unsubscribe","id":3,"filter":"b"})");
  CHECK(client.pull() == Words{"ok 3", "a 3=1", "b 3=1"});
  for (const char* topic : {"a", "b"}) rig.publish(topic, "1");
  client.say(R"({"op":"subscribe","id":4,"filter":"b","delivery":"all","priority":-1})");
  client.say(R"({"op":"subscribe","id":5,"filter":"+","delivery":"all","priority":-2})");
  CHECK(client.pull() == Words{"ok 4", "ok 5", "b 4=1", "ready b", "a 4=1", "ready +"});
}

TEST_CASE("a cell that waits for its gate keeps waiting when its priority changes") {
  Rig rig;
  TestClient client(rig.hub, rig.rights);
  rig.publish("a", "1");
  client.say(R"({"op":"subscribe","id":1,"filter":"a","max_rate":1})");
  (void)client.pull();
  rig.publish("a", "2");
  client.say(R"({"op":"subscribe","id":2,"filter":"a","max_rate":1,"priority":9})");
  CHECK(client.pull() == Words{"ok 2"});
  rig.pass(1000);
  CHECK(client.pull() == Words{"a 2=2", "ready a"});
}

}  // namespace weir::gateway::session
