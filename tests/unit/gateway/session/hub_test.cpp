#include "gateway/session/hub.hpp"

#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace weir::gateway::session {
namespace {

constexpr const char* all = R"({"op":"subscribe","id":1,"filter":"t/+","delivery":"all"})";

/// Two shards whose messages the test carries.
struct Pair {
  Pair() {
    for (ShardIndex shard = 0; shard < 2; ++shard) {
      HubOptions options;
      options.shard = shard;
      options.shards = 2;
      options.seed = shard + 1;
      hubs.push_back(std::make_unique<Hub>(options, links[shard], nullptr));
    }
    pass(1'000'000);
    while (owner_of(own, 2) != 0) own += "x";
    while (owner_of(far, 2) != 1) far += "y";
  }

  void pass(std::int64_t ms) {
    now.steady += milliseconds(ms);
    for (const auto& hub : hubs) hub->begin_turn(now);
  }
  /// Carries one message from a shard to the other; false when there is none.
  bool carry(ShardIndex from) {
    hubs[from]->end_turn();
    auto& sent = links[from].sent;
    if (sent.empty()) return false;
    auto message = std::move(sent.front().second);
    sent.pop_front();
    hubs[1 - from]->on_link(from, std::move(message));
    return true;
  }
  void carry_all() {
    while (carry(0) || carry(1)) {
    }
  }
  void publish(const std::string& topic, const std::string& json) {
    protocol::Publication publication;
    publication.topic = topic;
    publication.payload.bytes = json;
    REQUIRE(hubs[owner_of(topic, 2)]->accept(std::move(publication)));
  }
  [[nodiscard]] std::string epoch_of(const std::string& topic) const {
    std::string epoch;
    hubs[owner_of(topic, 2)]->visit_topics(
        topic, [&](const topics::Topic& found) { epoch = found.log().epoch(); });
    return epoch;
  }

  Now now;
  Rights rights;
  TestLinks links[2];
  std::vector<std::unique_ptr<Hub>> hubs;
  std::string own = "t/x";  ///< a topic of shard 0
  std::string far = "t/y";  ///< of shard 1
};

}  // namespace

TEST_CASE("a topic has one owner, whatever the number of shards, and all shards own some") {
  std::vector<int> owned(4);
  for (int i = 0; i < 1000; ++i) {
    const auto topic = "topic/" + std::to_string(i);
    CHECK(owner_of(topic, 1) == 0);
    ++owned.at(owner_of(topic, 4));
  }
  for (const int count : owned) CHECK(count > 150);
}

TEST_CASE("a subscribe is answered when all shards have, with the topics of all of them") {
  Pair pair;
  pair.publish(pair.own, "1");
  pair.publish(pair.far, "2");
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"t/+"})");
  CHECK(client.pull().empty());
  pair.carry_all();
  auto words = client.pull();
  CHECK(words.front() == "ok 1");
  CHECK(words.back() == "ready t/+");
  CHECK(words.size() == 6);
  pair.publish(pair.far, "3");
  pair.carry_all();
  CHECK(client.pull() == Words{pair.far + " 2=3"});
}

TEST_CASE("a second session of the shard that wants the same waits for nobody") {
  Pair pair;
  pair.publish(pair.far, "2");
  TestClient first(*pair.hubs[0], pair.rights);
  TestClient second(*pair.hubs[0], pair.rights);
  first.say(all);
  second.say(all);
  CHECK(second.pull().empty());  // the question is on its way
  pair.carry_all();
  CHECK(first.pull().front() == "ok 1");
  CHECK(second.pull().front() == "ok 1");
  TestClient third(*pair.hubs[0], pair.rights);
  third.say(all);
  CHECK(third.pull().front() == "ok 1");
}

TEST_CASE("answers to a question that was taken back do not count") {
  Pair pair;
  pair.publish(pair.far, "2");
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(all);
  (void)pair.carry(0);  // Follow
  (void)pair.carry(0);  // DemandChange stays at shard 0
  client.say(R"({"op":"unsubscribe","id":2,"filter":"t/+"})");
  client.say(R"({"op":"subscribe","id":3,"filter":"t/+","delivery":"all"})");
  CHECK(client.pull() == Words{"ok 1", "ok 2"});
  (void)pair.carry(1);  // image and answer of the first question
  (void)pair.carry(1);
  CHECK(client.pull().empty());
  pair.carry_all();
  CHECK(client.pull().front() == "ok 3");
}

TEST_CASE("a client that comes from where more had arrived is not told a gap") {
  Pair pair;
  pair.publish(pair.far, "1");
  TestClient first(*pair.hubs[0], pair.rights);
  first.say(all);
  pair.carry_all();
  (void)first.pull();
  pair.publish(pair.far, "2");  // shard 0 has not heard of it
  const auto position =
      "{\"" + pair.far + R"(":{"epoch":")" + pair.epoch_of(pair.far) + R"(","offset":2}})";
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"t/+","delivery":"all","from":)" + position +
             "}");
  CHECK(client.pull().empty());
  pair.carry_all();
  CHECK(client.pull() == Words{"ok 1", "topic " + pair.far + " @2", "ready t/+"});
  pair.publish(pair.far, "3");
  pair.carry_all();
  CHECK(client.pull() == Words{pair.far + " 3=3"});
}

TEST_CASE("while a question is repeated, topics are born for those who were answered before") {
  Pair pair;
  TestClient first(*pair.hubs[0], pair.rights);
  first.say(all);
  pair.carry_all();
  (void)first.pull();
  TestClient second(*pair.hubs[0], pair.rights);
  second.say(R"({"op":"subscribe","id":1,"filter":"t/+","from":{")" + pair.far +
             R"(":{"epoch":"x","offset":1}}})");
  pair.publish(pair.own, "1");
  CHECK(first.pull() == Words{"topic " + pair.own + " @0", pair.own + " 1=1"});
  pair.carry_all();
  CHECK(second.pull().front() == "ok 1");
}

TEST_CASE("what a repeated subscribe asks for holds from its reply on") {
  Pair pair;
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(R"({"op":"subscribe","id":1,"filter":"t/+"})");
  client.say(R"({"op":"subscribe","id":2,"filter":"x"})");
  pair.publish(pair.own, "1");
  pair.carry_all();
  (void)client.pull();
  // The position makes it wait for the other shard.
  client.say(R"({"op":"subscribe","id":3,"filter":"t/+","counts":true,"from":{")" + pair.far +
             R"(":{"epoch":"x","offset":1}}})");
  client.say(R"({"op":"subscribe","id":4,"filter":"t/+","delivery":"all","counts":true})");
  SUBCASE("not before, whatever else changes") {
    client.say(R"({"op":"limit","id":5,"filter":"x","max_rate":9})");
    client.say(R"({"op":"unsubscribe","id":6,"filter":"x"})");
    for (const auto* json : {"2", "3"}) pair.publish(pair.own, json);
    CHECK(client.pull() == Words{"ok 5", "ok 6", pair.own + " 3=3"});
    pair.carry_all();
    for (const auto* json : {"4", "5"}) pair.publish(pair.own, json);
    CHECK(client.pull() ==
          Words{"ok 3", "ready t/+", "ok 4", "ready t/+", pair.own + " 4=4", pair.own + " 5=5"});
  }
  SUBCASE("a limit means the newest of them") {
    client.say(R"({"op":"limit","id":5,"filter":"t/+","max_rate":9})");
    CHECK(client.pull() == Words{"no 5 bad_request"});
  }
  SUBCASE("all are answered when the subscription ends") {
    client.say(R"({"op":"unsubscribe","id":5,"filter":"t/+"})");
    CHECK(client.pull() == Words{"ok 3", "ok 4", "ok 5"});
    pair.carry_all();
    CHECK(client.pull().empty());
  }
}

TEST_CASE("as many subscribes may wait for their replies as there may be subscriptions") {
  Pair pair;
  TestClient client(*pair.hubs[0], pair.rights);
  const auto most = pair.hubs[0]->options().limits.subscriptions;
  for (std::size_t i = 0; i < most; ++i) client.say(all);
  CHECK(client.pull().empty());
  client.say(all);
  CHECK(client.pull() == Words{"no 1 too_many_subscriptions"});
  pair.carry_all();
  CHECK(client.pull().front() == "ok 1");
}

TEST_CASE("a publish to a topic of another shard is answered from there") {
  Pair pair;
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(R"({"op":"publish","id":1,"topic":")" + pair.far + R"(","data":1})");
  client.say(R"({"op":"publish","id":2,"topic":")" + pair.own + R"(","data":1})");
  CHECK(client.pull() == Words{"ok 2"});
  pair.carry_all();
  CHECK(client.pull() == Words{"ok 1"});
}

TEST_CASE("the outcome for a session that has gone is dropped") {
  Pair pair;
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(R"({"op":"publish","id":1,"topic":")" + pair.far + R"(","data":1})");
  client.leave();
  pair.carry_all();
  CHECK(pair.hubs[1]->stats().owned_topics == 1);
}

TEST_CASE("nobody is served any longer when the last filter ends, and replicas go") {
  Pair pair;
  pair.publish(pair.far, "1");
  TestClient client(*pair.hubs[0], pair.rights);
  client.say(all);
  pair.carry_all();
  client.leave();
  pair.carry_all();
  int known = 0;
  pair.hubs[0]->visit_topics("#", [&](const topics::Topic& /*topic*/) { ++known; });
  CHECK(known == 0);
  pair.publish(pair.far, "2");
  CHECK_FALSE(pair.carry(1));
}

TEST_CASE("demand is the sum over the shards, with a linger") {
  Pair pair;
  TestClient one(*pair.hubs[0], pair.rights);
  TestClient two(*pair.hubs[1], pair.rights);
  one.say(all);
  two.say(all);
  pair.carry_all();
  const auto first = pair.hubs[0]->take_demand();
  REQUIRE(first.size() == 1);
  CHECK(first[0].filter == "t/+");
  CHECK(first[0].is_wanted);
  one.leave();
  two.leave();
  pair.carry_all();
  CHECK(pair.hubs[0]->take_demand().empty());
  REQUIRE(pair.hubs[0]->demand_deadline());
  pair.pass(5000);
  const auto last = pair.hubs[0]->take_demand();
  REQUIRE(last.size() == 1);
  CHECK_FALSE(last[0].is_wanted);
}

TEST_CASE("all sessions are told to come back at different times") {
  Rig rig;
  TestClient one(rig.hub, rig.rights);
  TestClient two(rig.hub, rig.rights);
  rig.hub.close_sessions(protocol::CloseReason::restart, std::chrono::seconds(10));
  CHECK(one.closed == protocol::CloseReason::restart);
  CHECK(one.pull() == Words{"goodbye 1012"});
  CHECK(two.pull() == Words{"goodbye 1012"});
}

namespace {

/// Somebody without a session: what came back, in words.
struct TestRequester final : Requester {
  void on_published(protocol::RequestId id, protocol::Result<protocol::Position> result) override {
    heard.push_back(std::to_string(id) + (result ? " @" + std::to_string(result->offset) : " no"));
  }
  void on_state(protocol::Result<topics::LogImagePtr> state) override {
    heard.push_back(word(state));
  }
  static std::string word(const protocol::Result<topics::LogImagePtr>& state) {
    if (!state) return std::string(info(state.error().code).name);
    const auto& image = **state;
    return "@" + std::to_string(image.head) +
           (image.state ? "=" + image.state->payload.bytes : std::string(" as known"));
  }
  Words heard;
};

}  // namespace

TEST_CASE("who has no session is told what became of its publishes, until it goes") {
  Pair pair;
  TestRequester requester;
  const auto id = pair.hubs[0]->add_requester(requester);
  const auto publish = [&](const std::string& topic, protocol::RequestId request) {
    protocol::Publication publication;
    publication.topic = topic;
    publication.payload.bytes = "1";
    return pair.hubs[0]->publish(id, std::move(publication), request);
  };
  const auto here = publish(pair.own, 1);
  REQUIRE(here);
  CHECK((*here)->offset == 1);
  CHECK_FALSE(publish(pair.far, 2));
  pair.carry_all();
  CHECK(requester.heard == Words{"2 @1"});
  CHECK_FALSE(publish(pair.far, 3));
  pair.hubs[0]->remove_requester(id);
  pair.carry_all();
  CHECK(requester.heard.size() == 1);
}

TEST_CASE("what a topic holds is told by its owner, whole or not at all") {
  Pair pair;
  pair.publish(pair.own, "1");
  pair.publish(pair.far, "2");
  TestRequester requester;
  auto& hub = *pair.hubs[0];
  const auto id = hub.add_requester(requester);
  const auto ask = [&](const std::string& topic, std::optional<protocol::Position> known) {
    if (const auto state = hub.ask_state(id, topic, known)) return TestRequester::word(*state);
    pair.carry_all();
    auto heard = std::move(requester.heard);
    requester.heard.clear();
    return heard.empty() ? std::string("nothing") : heard.back();
  };
  CHECK(ask(pair.own, std::nullopt) == "@1=1");
  CHECK(ask(pair.far, std::nullopt) == "@1=2");
  CHECK(ask(pair.own + "z", std::nullopt) == "bad_topic");
  for (const auto& topic : {pair.own, pair.far}) {
    const auto epoch = pair.epoch_of(topic);
    CHECK(ask(topic, protocol::Position{epoch, 1}) == "@1 as known");
    CHECK(ask(topic, protocol::Position{epoch, 0}).starts_with("@1="));
    CHECK(ask(topic, protocol::Position{"other", 1}).starts_with("@1="));
  }
  hub.remove_requester(id);
}

TEST_CASE("a state is told up to the limit, and not beyond it") {
  HubOptions options;
  options.limits.snapshot_bytes = 10;
  Rig rig(options);
  TestRequester requester;
  const auto id = rig.hub.add_requester(requester);
  const auto set = [&](const std::string& json) {
    protocol::Publication publication;
    publication.topic = "r";
    publication.operation = protocol::Operation::update;
    publication.fields = {{"name", json}};
    REQUIRE(rig.hub.accept(std::move(publication)));
  };
  set("123456");  // ten with its name
  CHECK(TestRequester::word(*rig.hub.ask_state(id, "r", std::nullopt)).starts_with("@1"));
  set("1234567");
  CHECK(TestRequester::word(*rig.hub.ask_state(id, "r", std::nullopt)) == "too_big");
  CHECK(rig.hub.counters().oversized_snapshots_total == 1);
  rig.hub.remove_requester(id);
}

}  // namespace weir::gateway::session
