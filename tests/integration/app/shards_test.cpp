// One, two and four shards give clients the same.
#include "tests/integration/app/running_app.hpp"
#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir::tests::app {
namespace {

constexpr std::size_t topics = 12;
constexpr std::size_t batches = 30;
constexpr std::size_t batch_entries = 40;  // fewer than a ring keeps: nobody may lose one

using Values = std::vector<int>;
using ByTopic = std::map<std::string, Values>;

/// What one subscriber asks for, and which topics that are.
struct Wish {
  std::vector<std::string> filters;
  std::string delivery;
  std::string prefix;
};

const std::vector<Wish> wishes{
    {{"q/+"}, "all", "q/"},
    {{"#"}, "all", ""},
    {{"q/+", "q/#", "q/3", "r/1"}, "all", "q/"},  // each entry once, whatever matches
    {{"r/#"}, "all", "r/"},
    {{"q/#"}, "latest", "q/"},
    {{"#"}, "latest", ""},
};

struct Subscriber {
  Subscriber(std::uint16_t port, const Wish& wanted) : client(port), wish(wanted) {
    for (const auto& filter : wish.filters) {
      client.subscribe(filter, {{"delivery", wish.delivery}});
    }
  }
  /// Takes one message.
  void step() {
    const auto message = client.next();
    REQUIRE(message);
    if (message->value("op", "") == "topic") {
      names[message->at("t")] = message->at("topic");
    } else if (message->contains("d")) {
      const auto& name = names.at(message->at("t"));
      if (wish.delivery == "all") {
        values[name].push_back(message->at("d"));
      } else {
        values[name] = {message->at("d").get<int>()};
      }
    } else {
      const auto op = message->value("op", "");
      REQUIRE_MESSAGE((op == "ready" || op == "heartbeat"), message->dump());
    }
  }
  void read_until(const ByTopic& expected) {
    while (values != expected) step();
  }

  WebSocketClient client;
  Wish wish;
  std::map<std::uint64_t, std::string> names;
  ByTopic values;
};

ByTopic expected_for(const Wish& wish, const ByTopic& published) {
  ByTopic expected;
  for (const auto& [topic, values] : published) {
    const bool is_extra = topic == "r/1" && wish.filters.size() > 1;
    if (!topic.starts_with(wish.prefix) && !is_extra) continue;
    expected[topic] = wish.delivery == "all" ? values : Values{values.back()};
  }
  return expected;
}

/// What each subscriber has seen in the end.
std::vector<ByTopic> run(std::uint32_t shards, std::uint64_t seed) {
  RunningApp running(shards);
  Random random(seed);
  // Several of each, so that every shard serves some.
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  for (int i = 0; i < 3; ++i) {
    for (const auto& wish : wishes) {
      subscribers.push_back(std::make_unique<Subscriber>(running.port(), wish));
    }
  }
  ByTopic published;
  int next = 0;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    for (std::size_t i = 0; i < batch_entries; ++i) {
      const auto number = random.below(topics);
      const auto topic = (number % 3 == 0 ? "r/" : "q/") + std::to_string(number);
      published[topic].push_back(++next);
      running.adapter().publish_patiently(topic, std::to_string(next));
    }
    for (const auto& subscriber : subscribers) {
      subscriber->read_until(expected_for(subscriber->wish, published));
    }
  }
  std::vector<ByTopic> seen;
  for (const auto& subscriber : subscribers) seen.push_back(subscriber->values);
  return seen;
}

}  // namespace

TEST_CASE("one, two and four shards give every subscriber the same") {
  const auto seed = seed_or(20260601);
  CAPTURE(seed);
  const auto one = run(1, seed);
  CHECK(run(2, seed) == one);
  CHECK(run(4, seed) == one);
}

TEST_CASE("what a client publishes reaches subscribers of every shard, and is answered once") {
  for (const std::uint32_t shards : {1U, 4U}) {
    CAPTURE(shards);
    RunningApp running(shards);
    std::vector<std::unique_ptr<Subscriber>> subscribers;
    for (int i = 0; i < 8; ++i) {
      subscribers.push_back(
          std::make_unique<Subscriber>(running.port(), Wish{{"chat/#"}, "all", "chat/"}));
    }
    WebSocketClient publisher(running.port());
    ByTopic published;
    for (int i = 1; i <= 40; ++i) {
      const auto topic = "chat/" + std::to_string(i % 8);
      published[topic].push_back(i);
      const auto reply = publisher.request({{"op", "publish"}, {"topic", topic}, {"data", i}});
      CHECK(reply.value("ok", false));
      CHECK(reply.value("offset", 0) == static_cast<int>(published[topic].size()));
    }
    for (const auto& subscriber : subscribers) subscriber->read_until(published);
  }
}

TEST_CASE("a subscriber that comes later gets the state, whichever shard has it") {
  for (const std::uint32_t shards : {1U, 4U}) {
    CAPTURE(shards);
    RunningApp running(shards);
    ByTopic last;
    for (int i = 0; i < 20; ++i) {
      const auto topic = "q/" + std::to_string(i % 10);
      last[topic] = {i};
      running.adapter().publish_patiently(topic, std::to_string(i));
    }
    for (int i = 0; i < 6; ++i) {
      Subscriber subscriber(running.port(), {{"q/#"}, "latest", "q/"});
      subscriber.read_until(last);
    }
  }
}

}  // namespace weir::tests::app
