#include "gateway/app/shard_replays.hpp"

#include "tests/support/await_signal.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/no_log.hpp"
#include "tests/unit/gateway/app/adapter_config.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::app {
namespace {

using topics::ReplayEnd;

/// A bridge with one adapter, and the one shard that asks it.
struct Fixture {
  Fixture() { bridge.start(); }

  static topics::ReplayRequest request(std::uint64_t id) {
    return {.id = id, .topic = "t/1", .epoch = "e1", .from = 3, .to = 9};
  }
  tests::FakeAdapter& adapter() { return tests::FakeAdapter::last(); }

  std::vector<config::AdapterConfig> configs{adapter_config("fake", {"t/#"})};
  protocol::Limits limits{.replays = 2};
  tests::NoLog log;
  adapters::common::WakeUp wake_up;
  AdapterBridge bridge{{.adapters = configs,
                        .built_ins = tests::FakeAdapter::built_ins(),
                        .config_folder = {},
                        .limits = limits,
                        .shards = {&wake_up},
                        .log = &log,
                        .on_listening = [](auto, auto) {}}};
  ShardReplays side{0, bridge};
};

}  // namespace

TEST_CASE("what the owner of a topic can replay is asked for and taken") {
  Fixture f;
  CHECK(f.side.can_replay("t/1"));
  CHECK_FALSE(f.side.can_replay("u/1"));
  f.wake_up.acknowledge();
  REQUIRE(f.side.start(Fixture::request(7)));
  const auto wish = f.adapter().wait_for_replay();
  CHECK(wish.id == 7);
  CHECK(wish.topic == "t/1");
  CHECK(wish.epoch == "e1");
  CHECK(wish.from == 3);
  CHECK(wish.to == 9);
  CHECK(f.adapter().replay(wish, 4) == WEIR_ACCEPTED);
  CHECK(await_signal(f.wake_up));
  CHECK(f.bridge.replays(0).take_news() == std::vector<std::uint64_t>{7});
  auto part = f.side.take(7, 10);
  REQUIRE(part.entries.size() == 1);
  CHECK(part.entries[0].source_position == protocol::Position{"e1", 4});
  CHECK(part.ended == ReplayEnd::none);
  f.adapter().end_replay(wish);
  CHECK(f.side.take(7, 10).ended == ReplayEnd::complete);
}

TEST_CASE("an adapter that fills its queue goes on when there is room again, or nobody waits") {
  Fixture f;
  for (const bool is_stopped : {false, true}) {
    CAPTURE(is_stopped);
    const std::uint64_t id = is_stopped ? 2 : 1;
    REQUIRE(f.side.start(Fixture::request(id)));
    const auto wish = f.adapter().wait_for_replay();
    std::uint64_t offset = 3;
    while (f.adapter().replay(wish, ++offset) == WEIR_ACCEPTED) {
    }
    if (is_stopped) {
      f.side.stop(id);
    } else {
      CHECK(f.side.take(id, SIZE_MAX).entries.size() == offset - 3);
    }
    f.adapter().wait_for_calls(is_stopped ? "resumed,resumed" : "resumed");
    CHECK(f.adapter().replay(wish, ++offset) == (is_stopped ? WEIR_REFUSED : WEIR_ACCEPTED));
  }
}

TEST_CASE("an adapter that does not end its replays is not asked for ever more of them") {
  Fixture f;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    REQUIRE(f.side.start(Fixture::request(id)));
    f.side.stop(id);
  }
  CHECK_FALSE(f.side.start(Fixture::request(5)));
  f.adapter().end_replay(f.adapter().wait_for_replay());
  CHECK(f.side.start(Fixture::request(6)));
}

TEST_CASE("a replay that the adapter has not ended when it stops has failed") {
  Fixture f;
  REQUIRE(f.side.start(Fixture::request(1)));
  std::ignore = f.adapter().wait_for_replay();
  f.bridge.stop();
  CHECK(f.side.take(1, 10).ended == ReplayEnd::failed);
}

}  // namespace weir::gateway::app
