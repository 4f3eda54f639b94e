#include "gateway/app/adapter_bridge.hpp"

#include "gateway/app/shard_adapters.hpp"
#include "gateway/app/shard_link.hpp"
#include "gateway/session/hub.hpp"
#include "tests/support/await_signal.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/no_log.hpp"
#include "tests/unit/gateway/app/adapter_config.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace weir::gateway::app {
namespace {

using config::OutagePolicy;
using protocol::Operation;

/// A bridge with one adapter, and the one shard that it feeds, run by hand.
struct Fixture {
  explicit Fixture(std::vector<std::string> topics = {"t/#"},
                   OutagePolicy on_outage = OutagePolicy::keep)
      : configs{adapter_config("fake", std::move(topics))} {
    configs[0].on_outage = on_outage;
    bridge.start();
    turn();
  }

  /// Everything that has arrived.
  void turn(int seconds = 0) {
    wake_up.acknowledge();
    hub.begin_turn({TimePoint{} + std::chrono::seconds(seconds), 0});
    while (side.take(64, hub)) {
    }
    side.pass_demand(hub);
    hub.end_turn();
  }
  void turn_when_woken() {
    REQUIRE(await_signal(wake_up));
    turn();
  }
  const topics::Topic* topic(const std::string& name) {
    const topics::Topic* found = nullptr;
    hub.visit_topics(name, [&](const topics::Topic& one) { found = &one; });
    return found;
  }
  std::string newest(const std::string& name) {
    const auto* found = topic(name);
    return found == nullptr || found->log().state() == nullptr
               ? ""
               : found->log().state()->payload.bytes;
  }
  tests::FakeAdapter& adapter() { return tests::FakeAdapter::last(); }

  std::vector<config::AdapterConfig> configs;
  tests::NoLog log;
  adapters::common::WakeUp wake_up;
  AdapterBridge bridge{{.adapters = configs,
                        .built_ins = tests::FakeAdapter::built_ins(),
                        .config_folder = {},
                        .limits = {},
                        .shards = {&wake_up},
                        .log = &log,
                        .on_listening = [this](auto name, auto url) {
                          listening = std::string(name) + " " + std::string(url);
                        }}};
  ShardLinks links{{&wake_up}};
  ShardAdapters side{0, bridge};
  session::Hub hub{{}, links.of(0), &side};
  std::string listening;
};

}  // namespace

TEST_CASE("what an adapter publishes is in its topic after the next turn") {
  Fixture f;
  CHECK(f.adapter().publish("t/1", "41") == WEIR_ACCEPTED);
  CHECK(f.topic("t/1") == nullptr);
  f.turn_when_woken();
  CHECK(f.newest("t/1") == "41");
  CHECK(f.side.counts()[0].published == 1);
}

TEST_CASE("an entry that its topic refuses is counted, and its receipt says why") {
  Fixture f;
  REQUIRE(f.adapter().publish("t/1", "1", 7) == WEIR_ACCEPTED);
  REQUIRE(f.adapter().publish_field("t/1", 8) == WEIR_ACCEPTED);
  f.turn_when_woken();
  const auto receipts = f.adapter().wait_for_receipts(2);
  CHECK(receipts[0] == "7 at 1");
  CHECK(receipts[1] == "8 wrong_kind");
  CHECK(f.side.counts()[0].published == 1);
  CHECK(f.side.counts()[0].refused == 1);
}

TEST_CASE("an adapter that was told to slow down is resumed when the shard has caught up") {
  Fixture f;
  weir_answer answer = WEIR_ACCEPTED;
  int published = 0;
  for (; answer == WEIR_ACCEPTED; ++published) answer = f.adapter().publish("t/1", "1");
  CHECK(answer == WEIR_SLOW_DOWN);
  CHECK(published == 1024);
  f.turn();
  f.adapter().wait_for_calls("resumed");
  CHECK(f.adapter().publish("t/1", "1") == WEIR_ACCEPTED);
}

TEST_CASE("a reset gives the topic a new epoch") {
  Fixture f;
  std::ignore = f.adapter().publish("t/1", "1");
  f.turn();
  const auto epoch = f.topic("t/1")->log().epoch();
  CHECK(f.adapter().reset("t/1") == WEIR_ACCEPTED);
  f.turn();
  CHECK(f.topic("t/1")->log().epoch() != epoch);
}

TEST_CASE("an outage does to the topics what its policy says, and marks them stale meanwhile") {
  for (const bool is_owner : {true, false}) {
    for (const auto policy : {OutagePolicy::keep, OutagePolicy::gap, OutagePolicy::clear}) {
      CAPTURE(is_owner);
      CAPTURE(static_cast<int>(policy));
      Fixture f(is_owner ? std::vector<std::string>{"t/#"} : std::vector<std::string>{}, policy);
      f.adapter().status(WEIR_UP);
      std::ignore = f.adapter().publish("t/1", "1");
      f.turn();
      REQUIRE(f.topic("t/1") != nullptr);
      f.adapter().status(WEIR_RECONNECTING);
      f.turn();
      const auto& log = f.topic("t/1")->log();
      CHECK(f.topic("t/1")->is_stale());
      CHECK_FALSE(f.topic("$weir/adapters/fake")->is_stale());
      switch (policy) {
        case OutagePolicy::keep:
          CHECK(log.head().offset == 1);
          break;
        case OutagePolicy::gap:
          CHECK(log.ring()[log.ring().size() - 1]->operation == Operation::gap);
          CHECK(log.state()->payload.bytes == "1");
          break;
        case OutagePolicy::clear:
          CHECK(log.state()->operation == Operation::remove);
          break;
      }
      const auto head = log.head().offset;
      f.adapter().status(WEIR_UP);
      f.turn();
      CHECK_FALSE(f.topic("t/1")->is_stale());
      CHECK(f.topic("t/1")->log().head().offset == head);
    }
  }
}

TEST_CASE("the status topic has the newest status") {
  Fixture f;
  CHECK(f.newest("$weir/adapters/fake") == R"({"reason":"","state":"connecting"})");
  f.adapter().status(WEIR_UP);
  f.turn();
  CHECK(f.newest("$weir/adapters/fake") == R"({"reason":"","state":"up"})");
  CHECK(f.bridge.describe()[0].status.state == adapters::abi::SourceState::up);
}

TEST_CASE("demand reaches the owner, and ends after the linger time") {
  Fixture f;
  f.hub.on_link(0, topics::DemandChange{"t/1", true});
  f.hub.on_link(0, topics::DemandChange{"elsewhere/1", true});
  f.turn();
  f.adapter().wait_for_calls("wanted t/1");
  CHECK(f.bridge.describe()[0].wanted.first == std::vector<std::string>{"t/1"});
  CHECK(f.bridge.describe()[0].wanted.total == 1);
  f.hub.on_link(0, topics::DemandChange{"t/1", false});
  f.turn(1);
  f.turn(10);
  f.adapter().wait_for_calls("wanted t/1,unwanted t/1");
  CHECK(f.bridge.describe()[0].wanted.total == 0);
}

TEST_CASE("what a client publishes reaches the owner") {
  Fixture f;
  CHECK(f.side.takes("t/1"));
  CHECK_FALSE(f.side.takes("chat/1"));
  protocol::Publication publication;
  publication.topic = "t/1";
  publication.payload.bytes = "5";
  f.side.send(std::move(publication), 0, 1, 9);
  f.adapter().wait_for_calls("send t/1 5");
  CHECK(f.side.deadline());
  f.adapter().end_send(WEIR_SENT);
  f.turn_when_woken();
  CHECK_FALSE(f.side.deadline());
}

TEST_CASE("an adapter whose send never returns holds up nobody else") {
  Fixture f;
  f.adapter().block();
  protocol::Publication publication;
  publication.topic = "t/1";
  f.side.send(std::move(publication), 0, 1, 9);
  f.adapter().wait_for_calls("blocked");
  CHECK(f.adapter().publish("t/2", "1") == WEIR_ACCEPTED);
  f.turn();
  CHECK(f.newest("t/2") == "1");
  f.turn(11);  // the time of the send is over
  CHECK_FALSE(f.side.deadline());
  f.adapter().unblock();
}

TEST_CASE("a call that does not return shows in the status, and no longer when it has") {
  Fixture f;
  f.bridge.host(0).set_blocked_in("send");
  f.turn();
  CHECK(f.newest("$weir/adapters/fake") ==
        R"({"blocked_in":"send","reason":"","state":"connecting"})");
  CHECK(f.bridge.describe()[0].blocked_in == "send");
  f.bridge.host(0).set_blocked_in({});
  f.turn();
  CHECK(f.newest("$weir/adapters/fake") == R"({"reason":"","state":"connecting"})");
  CHECK(f.bridge.describe()[0].blocked_in.empty());
}

TEST_CASE("a plug-in that cannot be loaded is told with its adapter's name") {
  auto config = adapter_config("trades");
  config.type = "plugin";
  config.path = "/nowhere/trades.so";
  std::string reason;
  try {
    check_adapter(config, tests::FakeAdapter::built_ins(), {}, {});
  } catch (const adapters::abi::AdapterError& error) {
    reason = error.what();
  }
  CHECK(reason.starts_with("adapter 'trades': plug-in '/nowhere/trades.so' cannot be found: "));
}

TEST_CASE("an adapter says where it listens, and ends before the bridge does") {
  Fixture f;
  f.adapter().listening("tcp://127.0.0.1:9100");
  CHECK(f.listening == "fake tcp://127.0.0.1:9100");
  f.bridge.stop();
  CHECK(f.adapter().publish("t/1", "1") == WEIR_REFUSED);
}

TEST_CASE("a bad configuration of an adapter is found by opening it") {
  auto config = adapter_config("fake");
  config.json = R"({"bad":1})";
  const auto check = [&] { check_adapter(config, tests::FakeAdapter::built_ins(), {}, {}); };
  CHECK_THROWS_WITH_AS(check(), "adapter 'fake': bad config", adapters::abi::AdapterError);
  config.json = "{}";
  CHECK_NOTHROW(check());
  config.type = "fakir";
  CHECK_THROWS_AS(check(), adapters::abi::AdapterError);
}

}  // namespace weir::gateway::app
