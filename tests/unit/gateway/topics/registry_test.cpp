#include "gateway/topics/registry.hpp"

#include "protocol/core/limits.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::ErrorCode;
using protocol::Kind;
using protocol::Operation;
using protocol::Publication;

/// Keeps what was said about topics being born.
struct Rig {
  explicit Rig(RegistryOptions options = {}, std::vector<TopicRule> all = {})
      : rules(std::move(all)), registry(options, rules, [this](Topic& topic) {
          born.push_back(topic.name());
          born_empty = born_empty && topic.log().head().offset == 0;
        }) {}

  protocol::Result<Published> publish(Publication publication) {
    return registry.publish(std::move(publication), {TimePoint{} + milliseconds(5), 1234});
  }
  [[nodiscard]] std::optional<ErrorCode> refusal(Publication publication) {
    const auto result = publish(std::move(publication));
    if (result) return std::nullopt;
    return result.error().code;
  }

  TopicRules rules;
  std::vector<std::string> born;
  bool born_empty = true;
  Registry registry;
};

Publication with(Publication publication, Operation operation) {
  publication.operation = operation;
  return publication;
}

Publication with_mid(Publication publication, std::string mid) {
  publication.mid = std::move(mid);
  return publication;
}

Publication at(Publication publication, protocol::Position position) {
  publication.source_position = std::move(position);
  return publication;
}

TopicRule rule_with_ring(std::size_t entries) {
  TopicRule rule;
  rule.ring_entries = entries;
  return rule;
}

LogImage image_of(protocol::Epoch epoch, protocol::Offset head) {
  TopicLog log(Kind::value, std::move(epoch), {});
  while (log.head().offset < head) log.append(next_entry(log));
  return log.image();
}

}  // namespace

TEST_CASE("a topic is born with its first publish, and its entries are numbered from 1") {
  Rig rig;
  const auto first = rig.publish(publication("a/b", "10"));
  REQUIRE(first);
  CHECK(first->position.offset == 1);
  CHECK(first->position.epoch.size() == 8);
  CHECK(rig.born == std::vector<std::string>{"a/b"});
  CHECK(rig.born_empty);
  const auto second = rig.publish(publication("a/b", "20"));
  REQUIRE(second);
  CHECK(second->position == protocol::Position{first->position.epoch, 2});
  CHECK(rig.born.size() == 1);
  const auto& entry = *rig.registry.find("a/b")->log().state();
  CHECK(entry.prev == 1);
  CHECK(entry.index == 2);
  CHECK(entry.payload.bytes == "20");
  CHECK(entry.unix_ms == 1234);
  CHECK(entry.accepted_at == TimePoint{} + milliseconds(5));
  CHECK(rig.registry.counters().entries_published == 2);
  CHECK(rig.registry.owned_topics() == 1);
}

TEST_CASE("what cannot be an entry is refused by name, and makes no topic") {
  auto row = publication("t");
  row.key = "row1";
  auto record = publication("t");
  record.kind = Kind::record;
  auto remove_event = with(publication("t"), Operation::remove);
  remove_event.kind = Kind::stream;
  struct Row {
    const char* name;
    Publication publication;
    ErrorCode code;
  };
  const std::vector<Row> rows{
      {"no topic", publication(""), ErrorCode::bad_topic},
      {"a pattern", publication("a/+"), ErrorCode::bad_topic},
      {"a row with opaque data", row, ErrorCode::wrong_kind},
      {"a record that is a number", record, ErrorCode::wrong_kind},
      {"an event is not taken back", remove_event, ErrorCode::wrong_kind},
      {"too many bytes", publication("t", std::string(101, '1')), ErrorCode::too_big},
      {"too long an id", with_mid(publication("t"), std::string(65, 'm')), ErrorCode::bad_request},
      {"offset 0", at(publication("t"), {"e", 0}), ErrorCode::bad_request},
      {"an offset that JavaScript cannot hold",
       at(publication("t"), {"e", protocol::offset_max + 1}),
       ErrorCode::bad_request},
  };
  for (const auto& row_ : rows) {
    CAPTURE(row_.name);
    Rig rig({.entry_bytes_max = 100});
    CHECK(rig.refusal(row_.publication) == row_.code);
    CHECK(rig.born.empty());
    CHECK(rig.registry.counters().entries_refused == 1);
    CHECK(rig.registry.counters().entries_published == 0);
  }
}

TEST_CASE("limits hold at the limit") {
  Rig rig({.entry_bytes_max = 100});
  CHECK(rig.publish(publication("t", std::string(100, '1'))));
  CHECK(rig.publish(with_mid(publication("t"), std::string(64, 'm'))));
  CHECK(rig.publish(at(publication("u"), {"e", protocol::offset_max})));
}

TEST_CASE("what is not built is said, and so is what does not fit the topic") {
  Rig rig;
  CHECK(rig.publish(publication("value")));
  CHECK(rig.refusal(with(publication("value"), Operation::update)) == ErrorCode::wrong_kind);
  CHECK(rig.publish(with(publication("value"), Operation::remove)));
  CHECK(rig.registry.find("value")->log().state()->operation == Operation::remove);
  auto stream = publication("stream");
  stream.kind = Kind::stream;
  CHECK(rig.publish(stream));
  CHECK(rig.refusal(with(publication("stream"), Operation::remove)) == ErrorCode::wrong_kind);
}

TEST_CASE("the operator's kind counts for topics that do not exist yet") {
  TopicRule rule;
  rule.filter = "events/#";
  rule.kind = Kind::stream;
  rule.ring_entries = 2;
  Rig rig({}, {rule});
  for (int i = 0; i < 3; ++i) CHECK(rig.publish(publication("events/a")));
  const auto& log = rig.registry.find("events/a")->log();
  CHECK(log.kind() == Kind::stream);
  CHECK(offsets_of(log) == Offsets{2, 3});
}

TEST_CASE("a message id that comes again is answered with the first's offset") {
  Rig rig({}, {rule_with_ring(2)});
  CHECK(rig.publish(with_mid(publication("t", "1"), "m1"))->position.offset == 1);
  CHECK(rig.publish(with_mid(publication("t", "1"), "m1"))->position.offset == 1);
  CHECK(rig.publish(with_mid(publication("t", "2"), "m2"))->position.offset == 2);
  CHECK(rig.registry.counters().duplicates == 1);
  CHECK(rig.publish(publication("t", "3"))->position.offset == 3);
  // Its first is no longer in the ring: nobody can tell.
  CHECK(rig.publish(with_mid(publication("t", "1"), "m1"))->position.offset == 4);
  CHECK(rig.publish(with_mid(publication("t", "1"), "m1"))->position.offset == 4);
}

TEST_CASE("an entry that a source repeats with its id and place is a duplicate, not a mistake") {
  Rig rig;
  const auto entry = at(with_mid(publication("t"), "m1"), {"s1", 7});
  CHECK(rig.publish(entry));
  CHECK(rig.publish(entry)->position.offset == 7);
  CHECK(rig.registry.counters().duplicates == 1);
}

TEST_CASE("a source's own positions are kept, with holes; a new epoch of it is a new life") {
  Rig rig;
  CHECK(rig.publish(at(publication("t"), {"s1", 7})));
  CHECK(rig.publish(at(publication("t"), {"s1", 12})));
  const auto* topic = rig.registry.find("t");
  const auto number = topic->number();
  CHECK(topic->log().epoch() == "s1");
  CHECK(topic->log().state()->prev == 7);
  CHECK(topic->log().state()->index == 2);
  CHECK(rig.refusal(at(publication("t"), {"s1", 12})) == ErrorCode::bad_request);
  CHECK(topic->log().head().offset == 12);

  CHECK(rig.refusal(at(publication("t"), {"s2", 0})) == ErrorCode::bad_request);
  CHECK(topic->log().epoch() == "s1");  // nothing was taken, so nothing has changed
  CHECK(topic->log().head().offset == 12);

  CHECK(rig.publish(at(publication("t"), {"s2", 3})));
  CHECK(topic->log().epoch() == "s2");
  CHECK(topic->number() != number);
  CHECK(offsets_of(topic->log()) == Offsets{3});
  CHECK(topic->log().state()->prev == 0);
  CHECK(topic->log().state()->index == 1);
}

TEST_CASE("a source gap is an entry, and the state stays") {
  Rig rig;
  CHECK(rig.publish(publication("t", "10")));
  auto gap = with(publication("t"), Operation::gap);
  gap.cause = protocol::GapCause::source;
  CHECK(rig.publish(gap)->position.offset == 2);
  const auto& log = rig.registry.find("t")->log();
  CHECK(log.state()->payload.bytes == "10");
  CHECK(log.head().offset == 2);
}

TEST_CASE("reset begins another epoch, empty, under another number") {
  Rig rig;
  const auto first = rig.publish(publication("t"));
  const auto number = first->topic->number();
  rig.registry.reset("t");
  rig.registry.reset("unknown");
  CHECK(rig.registry.find("t")->log().head().offset == 0);
  CHECK(rig.registry.find("t")->number() != number);
  const auto second = rig.publish(publication("t"));
  CHECK(second->position.offset == 1);
  CHECK(second->position.epoch != first->position.epoch);
}

TEST_CASE("epochs differ from run to run") {
  const auto epoch = [](std::uint64_t seed) {
    Rig rig({.seed = seed});
    return rig.publish(publication("t"))->position.epoch;
  };
  CHECK(epoch(1) != epoch(2));
  CHECK(epoch(1) == epoch(1));
}

TEST_CASE("there are as many topics as the limit says, and no more") {
  Rig rig({.topics_max = 2});
  CHECK(rig.publish(publication("a")));
  CHECK(rig.publish(publication("b")));
  CHECK(rig.refusal(publication("c")) == ErrorCode::overloaded);
  CHECK(rig.publish(publication("b")));
  CHECK(rig.registry.owned_topics() == 2);
}

TEST_CASE("under memory pressure the least recently published rings shrink first") {
  Rig rig({.retained_bytes_max = 40'000});
  const std::string kilobyte(1000, '1');
  for (const char* name : {"old", "new"}) {
    for (int i = 0; i < 12; ++i) CHECK(rig.publish(publication(name, kilobyte)));
  }
  CHECK(rig.registry.counters().rings_shrunk == 0);
  for (int i = 0; i < 12; ++i) CHECK(rig.publish(publication("new", kilobyte)));
  CHECK(rig.registry.counters().rings_shrunk == 1);
  CHECK(rig.registry.retained_bytes() <= 40'000);
  CHECK(offsets_of(rig.registry.find("old")->log()) == Offsets{12});
  CHECK(rig.registry.find("new")->log().ring().size() == 24);
}

TEST_CASE("when nothing more can shrink, new topics are refused and old ones go on") {
  Rig rig({.retained_bytes_max = 10'000});
  const std::string kilobyte(1000, '1');
  std::size_t made = 0;
  while (made < 100 && rig.publish(publication("t" + std::to_string(made), kilobyte))) ++made;
  CHECK(made > 3);
  CHECK(made < 10);
  CHECK(rig.refusal(publication("another")) == ErrorCode::overloaded);
  for (int i = 0; i < 20; ++i) CHECK(rig.publish(publication("t0", kilobyte)));
  CHECK(rig.registry.find("t0")->log().head().offset == 21);
}

TEST_CASE("what is counted as retained is a function of what is held") {
  const auto seed = tests::seed_or(9);
  CAPTURE(seed);
  tests::Random random(seed);
  Rig rig({.retained_bytes_max = 60'000, .seed = 1}, {rule_with_ring(5)});
  for (int step = 0; step < 3000; ++step) {
    const auto name = random.text(1, "abcdefgh");
    if (random.once_in(40)) rig.registry.reset(name);
    auto next = publication(name, std::string(1 + random.below(2000), '1'));
    if (random.once_in(50)) next.source_position = protocol::Position{random.text(1, "xy"), 1};
    (void)rig.publish(std::move(next));
  }
  // A second registry that was only ever given what the first still holds.
  std::size_t entries = 0;
  std::size_t content = 0;
  rig.registry.visit_owned("#", [&](Topic& topic) {
    entries += topic.log().ring().size();
    content += topic.log().retained_bytes();
  });
  const auto per_topic_and_entry = rig.registry.retained_bytes() - content;
  Rig one;
  (void)one.publish(publication("t", ""));
  const auto first = one.registry.retained_bytes();
  (void)one.publish(publication("t", ""));
  const auto per_entry = one.registry.retained_bytes() - first;
  const auto per_topic = first - per_entry;
  CHECK(per_topic_and_entry == per_topic * rig.registry.owned_topics() + per_entry * entries);
  CHECK(rig.registry.retained_bytes() <= 60'000);
}

TEST_CASE("staleness reaches the owned topics that the filter matches") {
  Rig rig;
  (void)rig.publish(publication("a/x"));
  (void)rig.publish(publication("b/x"));
  rig.registry.set_stale("a/#", true);
  CHECK(rig.registry.find("a/x")->is_stale());
  CHECK_FALSE(rig.registry.find("b/x")->is_stale());
}

TEST_CASE("a replica keeps its number within an epoch, and gets another with the next") {
  Rig rig;
  const auto take = [&](std::uint64_t feed, const LogImage& image) -> Topic& {
    return rig.registry.take_image(3, {feed, "far", std::make_shared<const LogImage>(image), true});
  };
  auto& topic = take(7, image_of("e1", 4));
  CHECK(rig.born == std::vector<std::string>{"far"});
  CHECK(topic.is_stale());
  CHECK(topic.owner == 3);
  CHECK(topic.log().head().offset == 4);
  const auto number = topic.number();

  CHECK(&take(8, image_of("e1", 9)) == &topic);
  CHECK(topic.number() == number);
  CHECK(topic.feed == 8);
  CHECK(topic.log().head().offset == 9);

  take(9, image_of("e2", 1));
  CHECK(topic.number() != number);
  CHECK(topic.log().epoch() == "e2");
  CHECK(rig.born.size() == 1);
}

TEST_CASE("an epoch that comes back with less than it had is another life") {
  Rig rig;
  const auto take = [&](const LogImage& image) -> Topic& {
    return rig.registry.take_image(1, {7, "far", std::make_shared<const LogImage>(image), false});
  };
  const auto number = take(image_of("e1", 9)).number();
  CHECK(take(image_of("e1", 9)).number() == number);
  CHECK(take(image_of("e1", 8)).number() != number);
}

TEST_CASE("replicas are not owned: not counted, not reset, not marked, and gone when removed") {
  Rig rig;
  auto& topic = rig.registry.take_image(
      1, {7, "far", std::make_shared<const LogImage>(image_of("e1", 4)), false});
  const auto number = topic.number();
  rig.registry.reset("far");
  rig.registry.set_stale("#", true);
  CHECK(topic.number() == number);
  CHECK_FALSE(topic.is_stale());
  CHECK(rig.registry.owned_topics() == 0);
  CHECK(rig.registry.retained_bytes() == 0);
  int owned = 0;
  int all = 0;
  rig.registry.visit_owned("#", [&](Topic& /*topic*/) { ++owned; });
  rig.registry.visit_all("#", [&](Topic& /*topic*/) { ++all; });
  CHECK(owned == 0);
  CHECK(all == 1);
  rig.registry.remove(topic);
  CHECK(rig.registry.find("far") == nullptr);
}

TEST_CASE("an owned topic that is removed takes its memory along") {
  Rig rig;
  (void)rig.publish(publication("a", "123"));
  const auto before = rig.registry.retained_bytes();
  (void)rig.publish(publication("b", "123"));
  rig.registry.remove(*rig.registry.find("a"));
  CHECK(rig.registry.retained_bytes() == before);
  CHECK(rig.registry.owned_topics() == 1);
  (void)rig.publish(publication("c", "123"));
  rig.registry.remove(*rig.registry.find("c"));
  rig.registry.remove(*rig.registry.find("b"));
  CHECK(rig.registry.retained_bytes() == 0);
}

}  // namespace weir::gateway::topics
