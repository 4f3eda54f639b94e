#include "gateway/topics/replica.hpp"

#include "gateway/topics/registry.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::topics {
namespace {

/// A door that holds so many messages; the test takes them out.
struct Door final : LinkPort {
  bool try_send(ShardIndex to, LinkMessage& message) override {
    CHECK(to == 1);
    if (messages.size() >= capacity) return false;
    messages.push_back(std::move(message));
    return true;
  }
  std::size_t capacity = 100;
  std::deque<LinkMessage> messages;
};

/// The messages in words: "image a 3", "entries 4..6", "stale 1", "followed a/+ 2".
std::string word_of(const LinkMessage& message) {
  if (const auto* image = std::get_if<TopicImage>(&message)) {
    return "image " + image->topic + " " + std::to_string(image->image->head);
  }
  if (const auto* feed = std::get_if<FeedEntries>(&message)) {
    return "entries " + std::to_string(feed->entries.front()->offset) + ".." +
           std::to_string(feed->entries.back()->offset);
  }
  if (const auto* stale = std::get_if<FeedStale>(&message)) {
    return stale->is_stale ? "stale" : "fresh";
  }
  if (const auto* followed = std::get_if<Followed>(&message)) {
    return "followed " + followed->filter + " " + std::to_string(followed->generation);
  }
  return "other";
}

TopicRule rule_with_ring(std::size_t entries) {
  TopicRule rule;
  rule.ring_entries = entries;
  return rule;
}

/// The owner of topics, its door to shard 1, and what that shard has made of it.
struct Rig {
  explicit Rig(std::size_t ring_entries = 64)
      : rules({rule_with_ring(ring_entries)}),
        registry({}, rules, [this](Topic& topic) { outlet.on_born(topic); }),
        replicas({}, rules, [](Topic& /*topic*/) {}) {}

  void publish(const std::string& topic, int times = 1) {
    for (int i = 0; i < times; ++i) {
      REQUIRE(registry.publish(publication(topic, std::to_string(++published)), {}));
    }
  }
  std::vector<std::string> take_words() {
    outlet.pump();
    std::vector<std::string> words;
    for (; !door.messages.empty(); door.messages.pop_front()) {
      words.push_back(word_of(door.messages.front()));
    }
    return words;
  }
  /// What the following shard does with one message.
  void deliver() {
    auto message = std::move(door.messages.front());
    door.messages.pop_front();
    if (auto* image = std::get_if<TopicImage>(&message)) {
      feeds[image->feed] = image->topic;
      replicas.take_image(0, *image);
    } else if (auto* feed = std::get_if<FeedEntries>(&message)) {
      auto* topic = replicas.find(feeds.at(feed->feed));
      for (auto& entry : feed->entries) topic->append(std::move(entry));
    } else if (const auto* stale = std::get_if<FeedStale>(&message)) {
      replicas.find(feeds.at(stale->feed))->set_stale(stale->is_stale);
    }
  }

  int published = 0;
  Door door;
  TopicRules rules;
  Outlet outlet{1, door};
  Registry registry;
  Registry replicas;
  std::map<std::uint64_t, std::string> feeds;
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the answer to a follow comes behind the images of all topics that match") {
  Rig rig;
  rig.publish("a/x", 2);
  rig.publish("a/y");
  rig.publish("b/x");
  rig.outlet.follow({"a/+", 4}, rig.registry);
  CHECK(rig.take_words() == Words{"image a/x 2", "image a/y 1", "followed a/+ 4"});
  rig.publish("a/x", 3);
  rig.publish("b/x");
  CHECK(rig.take_words() == Words{"entries 3..5"});
}

TEST_CASE("a topic that is born later is fed from its first entry") {
  Rig rig;
  rig.outlet.follow({"a/+", 1}, rig.registry);
  rig.publish("a/z");
  rig.publish("b/z");
  CHECK(rig.take_words() == Words{"followed a/+ 1", "image a/z 1"});
}

TEST_CASE("a topic under two filters is fed once, until the last of them ends") {
  Rig rig;
  rig.publish("a/x");
  rig.outlet.follow({"a/+", 1}, rig.registry);
  rig.outlet.follow({"a/x", 2}, rig.registry);
  CHECK(rig.take_words() == Words{"image a/x 1", "followed a/+ 1", "followed a/x 2"});
  rig.outlet.unfollow("a/+");
  rig.publish("a/x");
  CHECK(rig.take_words() == Words{"entries 2..2"});
  rig.outlet.unfollow("a/x");
  rig.publish("a/x");
  rig.publish("a/new");
  CHECK(rig.take_words().empty());
  rig.outlet.follow({"a/x", 3}, rig.registry);
  CHECK(rig.take_words() == Words{"image a/x 3", "followed a/x 3"});
}

TEST_CASE("a slow door costs a cursor: what comes meanwhile is one message") {
  Rig rig;
  rig.publish("a");
  rig.outlet.follow({"a", 1}, rig.registry);
  CHECK(rig.take_words().size() == 2);
  rig.door.capacity = 0;
  for (int i = 0; i < 20; ++i) {
    rig.publish("a");
    rig.outlet.pump();
  }
  CHECK(rig.outlet.waiting() == 1);
  rig.door.capacity = 1;
  CHECK(rig.take_words() == Words{"entries 2..21"});
}

TEST_CASE("a follower that fell off the ring gets an image, at the edge it does not") {
  Rig rig(8);
  rig.publish("a", 8);
  rig.outlet.follow({"a", 1}, rig.registry);
  CHECK(rig.take_words().size() == 2);
  rig.publish("a", 8);
  CHECK(rig.take_words() == Words{"entries 9..16"});
  rig.publish("a", 9);
  CHECK(rig.take_words() == Words{"image a 25"});
  rig.publish("a");
  CHECK(rig.take_words() == Words{"entries 26..26"});
}

TEST_CASE("another life of the log is an image") {
  Rig rig;
  rig.publish("a", 3);
  rig.outlet.follow({"a", 1}, rig.registry);
  CHECK(rig.take_words().size() == 2);
  rig.registry.reset("a");
  CHECK(rig.take_words() == Words{"image a 0"});
  rig.publish("a");
  CHECK(rig.take_words() == Words{"entries 1..1"});
}

TEST_CASE("staleness is told once, behind the entries before it") {
  Rig rig;
  rig.publish("a");
  rig.outlet.follow({"a", 1}, rig.registry);
  CHECK(rig.take_words().size() == 2);
  rig.publish("a");
  rig.registry.set_stale("a", true);
  CHECK(rig.take_words() == Words{"entries 2..2", "stale"});
  rig.publish("a");
  CHECK(rig.take_words() == Words{"entries 3..3"});
  rig.registry.set_stale("a", false);
  CHECK(rig.take_words() == Words{"fresh"});
}

TEST_CASE("a topic that goes away ends its feed") {
  Rig rig;
  rig.publish("a");
  rig.outlet.follow({"#", 1}, rig.registry);
  auto* topic = rig.registry.find("a");
  rig.publish("a");
  rig.outlet.on_gone(*topic);
  rig.registry.remove(*topic);
  CHECK(rig.take_words() == Words{"followed # 1"});
}

TEST_CASE("many entries are split, in order") {
  Rig rig(1000);
  rig.publish("a");
  rig.outlet.follow({"a", 1}, rig.registry);
  CHECK(rig.take_words().size() == 2);
  rig.publish("a", 600);
  CHECK(rig.take_words() == Words{"entries 2..257", "entries 258..513", "entries 514..601"});
}

TEST_CASE("whatever the door does, a replica ends as the owner's log, and never skips silently") {
  const auto seed = tests::seed_or(10);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 40; ++round) {
    Rig rig(1 + random.below(12));
    rig.outlet.follow({"#", 1}, rig.registry);
    for (int step = 0; step < 200; ++step) {
      rig.door.capacity = random.below(4);
      const auto topic = random.text(1, "abc");
      switch (random.below(12)) {
        case 0:
          rig.registry.reset(topic);
          break;
        case 1:
          rig.registry.set_stale(topic, random.once_in(2));
          break;
        case 2:
        case 3:
        case 4:
          rig.outlet.pump();
          while (!rig.door.messages.empty() && !random.once_in(3)) rig.deliver();
          break;
        default:
          rig.publish(topic, 1 + static_cast<int>(random.below(6)));
          break;
      }
    }
    rig.door.capacity = 1000;
    rig.outlet.pump();
    while (!rig.door.messages.empty()) rig.deliver();
    CHECK(rig.outlet.waiting() == 0);
    rig.registry.visit_owned("#", [&](Topic& topic) {
      const auto* replica = rig.replicas.find(topic.name());
      REQUIRE(replica != nullptr);
      CHECK(replica->log().epoch() == topic.log().epoch());
      CHECK(replica->log().head().offset == topic.log().head().offset);
      CHECK(replica->log().head().index == topic.log().head().index);
      CHECK(replica->log().state() == topic.log().state());
      CHECK(replica->is_stale() == topic.is_stale());
      CHECK(offsets_of(replica->log()) == offsets_of(topic.log()));
    });
  }
}

}  // namespace weir::gateway::topics
