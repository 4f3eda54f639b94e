#include "adapters/common/ack_book.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace weir::adapters::common {
namespace {

using Settlements = std::vector<Settlement>;

/// What the broker does with a settlement; false where it would close the channel.
bool apply(const Settlement& settlement, std::set<std::uint64_t>& outstanding) {
  if (!outstanding.contains(settlement.tag)) return false;
  if (!settlement.is_multiple) {
    outstanding.erase(settlement.tag);
  } else {
    outstanding.erase(outstanding.begin(), outstanding.upper_bound(settlement.tag));
  }
  return true;
}

}  // namespace

TEST_CASE("acknowledgements wait for those before them, and go out as one") {
  AckBook book;
  for (std::uint64_t tag = 1; tag <= 4; ++tag) REQUIRE(book.open(tag));
  book.settle(2, Verdict::acknowledge);
  book.settle(3, Verdict::acknowledge);
  CHECK(book.take().empty());
  book.settle(1, Verdict::acknowledge);
  CHECK(book.take() == Settlements{{3, Verdict::acknowledge, true}});
  CHECK(book.take().empty());
  CHECK(book.open_count() == 1);
}

TEST_CASE("a rejected one goes out at once and is never acknowledged") {
  AckBook book;
  for (std::uint64_t tag = 1; tag <= 3; ++tag) REQUIRE(book.open(tag));
  book.settle(3, Verdict::reject);
  book.settle(2, Verdict::requeue);
  CHECK(book.take() == Settlements{{3, Verdict::reject, false}, {2, Verdict::requeue, false}});
  book.settle(1, Verdict::acknowledge);
  CHECK(book.take() == Settlements{{1, Verdict::acknowledge, true}});
  CHECK(book.open_count() == 0);
}

TEST_CASE("tags follow each other, and begin anew with a channel") {
  AckBook book;
  CHECK_FALSE(book.open(2));
  REQUIRE(book.open(1));
  CHECK_FALSE(book.open(1));
  CHECK_FALSE(book.open(3));
  REQUIRE(book.open(2));
  book.settle(2, Verdict::reject);
  book.clear();
  CHECK(book.take().empty());
  CHECK(book.open(1));
}

TEST_CASE("the broker is told about each delivery once, whatever the order of the verdicts") {
  const auto seed = tests::seed_or(11);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 200; ++round) {
    AckBook book;
    std::set<std::uint64_t> outstanding;
    std::vector<std::uint64_t> open;
    std::uint64_t last = 0;
    for (int step = 0; step < 60; ++step) {
      if (random.below(2) == 0) {
        REQUIRE(book.open(++last));
        open.push_back(last);
        outstanding.insert(last);
      } else if (!open.empty()) {
        const auto at = open.begin() + static_cast<std::ptrdiff_t>(random.below(open.size()));
        book.settle(*at, static_cast<Verdict>(random.below(3)));
        open.erase(at);
      }
      if (random.below(3) != 0) continue;
      for (const Settlement& settlement : book.take()) REQUIRE(apply(settlement, outstanding));
      // nothing that is open has been settled
      for (const std::uint64_t tag : open) REQUIRE(outstanding.contains(tag));
    }
    for (const std::uint64_t tag : open) book.settle(tag, Verdict::acknowledge);
    for (const Settlement& settlement : book.take()) REQUIRE(apply(settlement, outstanding));
    REQUIRE(outstanding.empty());
  }
}

}  // namespace weir::adapters::common
