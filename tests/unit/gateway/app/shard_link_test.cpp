#include "gateway/app/shard_link.hpp"

#include "tests/support/await_signal.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace weir::gateway::app {
namespace {

/// Doors between some shards, without the shards.
struct Fixture {
  explicit Fixture(ShardIndex shards, std::size_t door_messages = 4)
      : wake_ups(make(shards)), links(pointers(wake_ups), door_messages) {}

  static std::vector<std::unique_ptr<adapters::common::WakeUp>> make(ShardIndex count) {
    std::vector<std::unique_ptr<adapters::common::WakeUp>> out;
    for (ShardIndex i = 0; i < count; ++i)
      out.push_back(std::make_unique<adapters::common::WakeUp>());
    return out;
  }
  static std::vector<adapters::common::WakeUp*> pointers(
      const std::vector<std::unique_ptr<adapters::common::WakeUp>>& from) {
    std::vector<adapters::common::WakeUp*> out;
    for (const auto& one : from) out.push_back(one.get());
    return out;
  }

  bool send(ShardIndex from, ShardIndex to, topics::LinkMessage message) {
    return links.of(from).try_send(to, message);
  }
  /// The filters of what waits for a shard, each with its sender's number in front.
  std::vector<std::string> take(ShardIndex shard, std::size_t entries_max = 1000) {
    std::vector<std::string> out;
    has_more = links.of(shard).take(entries_max, [&](ShardIndex from, auto&& message) {
      const auto* follow = std::get_if<topics::Follow>(&message);
      out.push_back(std::to_string(from) + (follow != nullptr ? follow->filter : "?"));
    });
    return out;
  }
  std::vector<ShardIndex> room(ShardIndex shard) {
    std::vector<ShardIndex> out;
    links.of(shard).take_room([&](ShardIndex to) { out.push_back(to); });
    return out;
  }

  std::vector<std::unique_ptr<adapters::common::WakeUp>> wake_ups;
  ShardLinks links;
  bool has_more = false;
};

topics::LinkMessage follow(std::string filter) {
  return topics::Follow{std::move(filter), 1};
}

topics::LinkMessage entries(std::size_t count) {
  topics::FeedEntries feed{1, {}};
  feed.entries.resize(count);
  return feed;
}

}  // namespace

TEST_CASE("a message reaches the shard that it is for, and no other") {
  Fixture f(3);
  REQUIRE(f.send(0, 2, follow("a")));
  REQUIRE(f.send(1, 2, follow("b")));
  REQUIRE(f.send(0, 2, follow("c")));
  CHECK(f.links.of(2).waiting() == 3);
  CHECK(f.links.of(1).waiting() == 0);
  CHECK(f.take(1).empty());
  CHECK(f.take(2) == std::vector<std::string>{"0a", "0c", "1b"});
  CHECK_FALSE(f.has_more);
}

TEST_CASE("a turn wakes each receiver, at its end") {
  Fixture f(3);
  REQUIRE(f.send(0, 1, follow("a")));
  REQUIRE(f.send(0, 1, follow("b")));
  CHECK_FALSE(is_signalled(*f.wake_ups[1]));
  f.links.of(0).wake_receivers();
  CHECK(is_signalled(*f.wake_ups[1]));
  CHECK_FALSE(is_signalled(*f.wake_ups[2]));
  f.wake_ups[1]->acknowledge();
  f.links.of(0).wake_receivers();
  CHECK_FALSE(is_signalled(*f.wake_ups[1]));
}

TEST_CASE("a refused sender is woken and told which door has room again") {
  Fixture f(3);
  for (int i = 0; i < 4; ++i) REQUIRE(f.send(0, 1, follow("a")));
  CHECK_FALSE(f.send(0, 1, follow("a")));
  CHECK(f.send(0, 2, follow("a")));
  CHECK(f.room(0).empty());

  CHECK(f.take(2).size() == 1);
  CHECK_FALSE(is_signalled(*f.wake_ups[0]));
  f.take(1);
  CHECK(is_signalled(*f.wake_ups[0]));
  CHECK(f.room(0) == std::vector<ShardIndex>{1});
  CHECK(f.room(0).empty());
}

TEST_CASE("what one turn takes is bounded in entries, and no door is always last") {
  Fixture f(3);
  for (const ShardIndex from : {0U, 1U}) {
    for (int i = 0; i < 3; ++i) REQUIRE(f.send(from, 2, entries(10)));
  }
  CHECK(f.take(2, 29) == std::vector<std::string>{"0?", "0?"});
  CHECK(f.has_more);
  CHECK(f.take(2, 20) == std::vector<std::string>{"1?", "1?"});
  CHECK(f.take(2, 5) == std::vector<std::string>{"0?"});  // one, however much it has
  CHECK(f.has_more);
  CHECK(f.take(2, 100) == std::vector<std::string>{"1?"});
  CHECK_FALSE(f.has_more);
}

TEST_CASE("an image counts as the entries that it has") {
  Fixture f(2);
  auto image = std::make_shared<topics::LogImage>();
  image->ring.resize(60);
  REQUIRE(f.send(0, 1, topics::TopicImage{1, "t", image, false}));
  REQUIRE(f.send(0, 1, entries(10)));
  CHECK(f.take(1, 64).size() == 1);
  CHECK(f.has_more);
  CHECK(f.take(1, 64).size() == 1);
}

TEST_CASE("shards on threads of their own exchange everything in order, through full doors") {
  constexpr ShardIndex shards = 3;
  constexpr std::uint64_t per_door = 5'000;
  Fixture f(shards, 8);
  std::vector<std::string> faults(shards);

  const auto run = [&](ShardIndex shard) {
    auto& link = f.links.of(shard);
    std::vector<std::uint64_t> sent(shards);
    std::vector<std::uint64_t> received(shards);
    const auto push = [&](ShardIndex to) {
      while (sent[to] < per_door) {
        topics::LinkMessage message = topics::Follow{"f", sent[to]};
        if (!link.try_send(to, message)) return;
        ++sent[to];
      }
    };
    for (ShardIndex to = 0; to < shards; ++to) {
      if (to != shard) push(to);
    }
    link.wake_receivers();
    const auto is_done = [&] {
      for (ShardIndex other = 0; other < shards; ++other) {
        if (other != shard && (sent[other] < per_door || received[other] < per_door)) return false;
      }
      return true;
    };
    while (!is_done()) {
      if (!await_signal(*f.wake_ups[shard])) {
        faults[shard] = "not woken";
        return;
      }
      link.take_room(push);
      const auto has_more = link.take(16, [&](ShardIndex from, auto&& message) {
        if (std::get<topics::Follow>(message).generation != received[from]++)
          faults[shard] = "out of order";
      });
      if (has_more) f.wake_ups[shard]->signal();
      link.wake_receivers();
    }
  };
  std::vector<std::thread> threads;
  for (ShardIndex shard = 0; shard < shards; ++shard) threads.emplace_back(run, shard);
  for (auto& thread : threads) thread.join();
  CHECK(faults == std::vector<std::string>(shards));
}

}  // namespace weir::gateway::app
