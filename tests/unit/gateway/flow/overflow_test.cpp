#include "gateway/flow/overflow.hpp"

#include "tests/support/random.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace weir::gateway::flow {
namespace {

using topics::Cursor;
using topics::TopicLog;

TopicLog log_of(std::size_t ring_entries, std::size_t entries) {
  TopicLog log(protocol::Kind::stream, "e1", {ring_entries, 1'000'000});
  for (std::size_t i = 0; i < entries; ++i) log.append(topics::next_entry(log));
  return log;
}

}  // namespace

TEST_CASE("at the ring's edge nothing is lost, one further back it is") {
  const auto log = log_of(8, 20);  // 13..20
  CHECK_FALSE(find_overflow(log, {12, 12}));
  CHECK_FALSE(find_overflow(log, {20, 20}));
  const auto loss = find_overflow(log, {11, 11});
  REQUIRE(loss);
  CHECK(loss->resume_at.offset == 16);  // the middle: 17..20 are still to come
  CHECK(loss->lost == 5);               // 12..16
}

TEST_CASE("a position that a client brought goes on from the oldest entry") {
  const auto log = log_of(8, 20);
  CHECK_FALSE(find_truncation(log, {12, 12}));
  const auto loss = find_truncation(log, {11, 11});
  REQUIRE(loss);
  CHECK(loss->resume_at.offset == 12);
  CHECK(loss->lost == 1);
}

TEST_CASE("a ring of one goes on with its entry") {
  const auto log = log_of(1, 5);
  const auto loss = find_overflow(log, {2, 2});
  REQUIRE(loss);
  CHECK(loss->resume_at.offset == 4);
  CHECK(loss->lost == 2);
}

TEST_CASE("where the cursor's index is not known, no count is claimed") {
  const auto loss = find_truncation(log_of(8, 20), {11, std::nullopt});
  REQUIRE(loss);
  CHECK_FALSE(loss->lost);
}

TEST_CASE("losses count entries, not offsets, and end where the next entry begins") {
  const auto seed = tests::seed_or(24);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 300; ++round) {
    TopicLog log(protocol::Kind::stream, "e1", {1 + random.below(10), 1'000'000});
    std::vector<Cursor> places{{0, 0}};
    for (auto left = random.below(40); left > 0; --left) {
      log.append(topics::next_entry(log, "1", 1 + random.below(5)));
      places.push_back(log.head());
    }
    const auto& cursor = places[random.below(places.size())];
    const auto loss = random.once_in(2) ? find_overflow(log, cursor) : find_truncation(log, cursor);
    REQUIRE(loss.has_value() == !log.retains_all_after(cursor.offset));
    if (!loss) continue;
    const auto lost = std::ranges::count_if(places, [&](const Cursor& place) {
      return place.offset > cursor.offset && place.offset <= loss->resume_at.offset;
    });
    REQUIRE(loss->lost == static_cast<std::uint64_t>(lost));
    REQUIRE(log.retains_all_after(loss->resume_at.offset));
    const auto next = log.position_after(loss->resume_at.offset);
    REQUIRE(next < log.ring().size());
    REQUIRE(log.ring()[next]->prev == loss->resume_at.offset);
  }
}

}  // namespace weir::gateway::flow
