#include "gateway/topics/topic_log.hpp"

#include "tests/support/random.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Entry;
using protocol::EntryPtr;
using protocol::Kind;
using protocol::Offset;
using protocol::Operation;

/// All that was ever appended, and how many of the newest are retained. Everything is answered by
/// looking at every entry.
struct Model {
  RingLimits limits;
  std::vector<EntryPtr> all;
  std::size_t retained = 0;

  void append(EntryPtr entry) {
    all.push_back(std::move(entry));
    ++retained;
    while (retained > 1 && (retained > limits.entries || bytes() > limits.bytes)) --retained;
  }
  [[nodiscard]] std::size_t first() const { return all.size() - retained; }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (auto i = first(); i < all.size(); ++i) sum += all[i]->content_bytes();
    return sum;
  }
  [[nodiscard]] bool retains_all_after(Offset offset) const {
    return std::none_of(all.begin(),
                        all.begin() + static_cast<std::ptrdiff_t>(first()),
                        [&](auto& e) { return e->offset > offset; });
  }
  [[nodiscard]] EntryPtr state() const {
    for (auto i = all.size(); i > 0; --i) {
      if (all[i - 1]->operation != Operation::gap) return all[i - 1];
    }
    return nullptr;
  }
  [[nodiscard]] const Entry* find_mid(const std::string& mid) const {
    for (auto i = all.size(); i > first(); --i) {
      if (all[i - 1]->mid == mid) return all[i - 1].get();
    }
    return nullptr;
  }
  /// How many entries have an offset of at most this.
  [[nodiscard]] std::uint64_t index_of(Offset offset) const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(all, [&](const auto& e) { return e->offset <= offset; }));
  }
};

void check_same(const TopicLog& log, const Model& model) {
  REQUIRE(log.ring().size() == model.retained);
  for (std::size_t i = 0; i < model.retained; ++i) {
    REQUIRE(log.ring()[i] == model.all[model.first() + i]);
    const auto before = log.before(i);
    REQUIRE(before.offset == log.ring()[i]->prev);
    REQUIRE(before.index == model.index_of(before.offset));
  }
  REQUIRE(log.retained_bytes() == model.bytes());
  REQUIRE(log.state() == model.state());
  const auto head = model.all.empty() ? 0 : model.all.back()->offset;
  REQUIRE(log.head().offset == head);
  REQUIRE(log.head().index == model.all.size());
  for (Offset offset = 0; offset <= head + 1; ++offset) {
    CAPTURE(offset);
    REQUIRE(log.retains_all_after(offset) == model.retains_all_after(offset));
    std::size_t position = 0;
    while (position < log.ring().size() && log.ring()[position]->offset <= offset) ++position;
    REQUIRE(log.position_after(offset) == position);
    const auto cursor = log.cursor_at(offset);
    REQUIRE(cursor.offset == offset);
    if (offset > head) continue;  // a position from the future is refused before anybody asks
    if (cursor.index) REQUIRE(*cursor.index == model.index_of(offset));
    if (!cursor.index) REQUIRE_FALSE(log.retains_all_after(offset));
  }
  for (const char mid : std::string("abcd")) {
    REQUIRE(log.find_mid(std::string(1, mid)) == model.find_mid(std::string(1, mid)));
  }
}

struct Rig {
  explicit Rig(tests::Random& source)
      : random(&source),
        limits{1 + source.below(9), source.once_in(3) ? 1 + source.below(60) : 10'000},
        log(Kind::stream, "e1", limits),
        model{limits, {}, 0} {}

  void append_random(Offset step_max) {
    EntryFields fields;
    fields.prev = log.head().offset;
    fields.offset = fields.prev + 1 + random->below(step_max);
    fields.index = log.head().index.value_or(0) + 1;
    fields.text = std::string(1 + random->below(20), '1');
    if (random->once_in(6)) fields.operation = Operation::gap;
    if (random->once_in(2)) fields.mid = random->text(1, "abcd");
    auto entry = make_entry(fields);
    model.append(entry);
    log.append(std::move(entry));
  }

  tests::Random* random;
  RingLimits limits;
  TopicLog log;
  Model model;
};

}  // namespace

TEST_CASE("a log answers like one that looks at every entry that there ever was") {
  const auto seed = tests::seed_or(2);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 60; ++round) {
    Rig rig(random);
    const Offset step_max = random.once_in(2) ? 1 : 4;
    check_same(rig.log, rig.model);
    for (int step = 0; step < 40; ++step) {
      rig.append_random(step_max);
      if (random.once_in(25)) {
        rig.log.shrink();
        rig.model.retained = 1;
      }
      check_same(rig.log, rig.model);
    }
  }
}

TEST_CASE("a log made from an image goes on as the original would") {
  const auto seed = tests::seed_or(3);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 30; ++round) {
    Rig rig(random);
    for (auto left = random.below(12); left > 0; --left) rig.append_random(3);
    rig.log = TopicLog(rig.log.image(), rig.limits);
    CHECK(rig.log.epoch() == "e1");
    CHECK(rig.log.kind() == Kind::stream);
    check_same(rig.log, rig.model);
    for (int step = 0; step < 10; ++step) rig.append_random(3);
    check_same(rig.log, rig.model);
  }
}

TEST_CASE("the limits hold at the limit and one past it") {
  TopicLog log(Kind::value, "e1", {3, 30});
  for (int i = 0; i < 3; ++i) log.append(next_entry(log, "1234567890"));
  CHECK(offsets_of(log) == Offsets{1, 2, 3});  // three entries, thirty bytes
  log.append(next_entry(log, "1"));
  CHECK(offsets_of(log) == Offsets{2, 3, 4});
  log.append(next_entry(log, "1234567890"));
  CHECK(offsets_of(log) == Offsets{3, 4, 5});
  log.append(next_entry(log, std::string(20, '1')));
  CHECK(offsets_of(log) == Offsets{5, 6});
  log.append(next_entry(log, std::string(31, '1')));
  CHECK(offsets_of(log) == Offsets{7});  // larger than the ring, but the newest
}

TEST_CASE(
    "a message id that comes again is found at its newest entry, and outlives the older one") {
  TopicLog log(Kind::stream, "e1", {3, 10'000});
  const std::string mid = "a message id that lives in its entry";
  log.append(make_entry({1, 0, 1, "1", mid}));
  log.append(make_entry({2, 1, 2, "1", mid}));
  CHECK(log.find_mid(mid)->offset == 2);
  log.append(make_entry({3, 2, 3}));
  log.append(make_entry({4, 3, 4}));  // the first with this id is dropped, and its memory with it
  REQUIRE(log.find_mid(mid) != nullptr);
  CHECK(log.find_mid(mid)->offset == 2);
  log.append(make_entry({5, 4, 5}));
  CHECK(log.find_mid(mid) == nullptr);
}

TEST_CASE("what is shared of a log is what it holds, or only where it stands, without the ring") {
  TopicLog log(protocol::Kind::value, "e1", {});
  log.append(next_entry(log, "1"));
  log.append(next_entry(log, "2"));
  const auto state = log.share_state();
  CHECK(state->ring.empty());
  CHECK(state->state == log.state());
  CHECK(state->head == 2);
  const auto head = log.share_head();
  CHECK(head->epoch == "e1");
  CHECK(head->head == 2);
  CHECK(head->state == nullptr);
}

TEST_CASE("a log that begins in the middle of its source's knows what it has not seen") {
  TopicLog log(Kind::stream, "e1", {4, 1'000'000}, 100);
  CHECK(log.head().offset == 100);
  CHECK(log.beginning().offset == 100);
  CHECK(log.before(0).offset == 100);
  CHECK_FALSE(log.retains_all_after(99));
  CHECK(log.retains_all_after(100));
  for (int i = 0; i < 3; ++i) log.append(next_entry(log));
  CHECK(log.ring()[0]->prev == 100);
  CHECK(log.beginning().offset == 100);
  CHECK_FALSE(log.cursor_at(0).index);
  CHECK_FALSE(log.cursor_at(99).index);
  CHECK(log.cursor_at(100).index == 0U);
  CHECK(log.cursor_at(101).index == 1U);
  CHECK(log.cursor_at(103).index == 3U);
  const TopicLog copy(log.image(), {4, 1'000'000});
  CHECK(copy.past() == log.past());
  CHECK(copy.head().offset == 103);
  CHECK_FALSE(copy.cursor_at(99).index);
  CHECK_FALSE(TopicLog(Kind::stream, "e1", {}).past());
}

}  // namespace weir::gateway::topics
