#include "gateway/topics/entry_ring.hpp"

#include "tests/support/random.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <memory>

namespace weir::gateway::topics {
namespace {

bool is_same(const EntryRing& ring, const std::deque<protocol::EntryPtr>& model) {
  if (ring.size() != model.size() || ring.empty() != model.empty()) return false;
  for (std::size_t i = 0; i < model.size(); ++i) {
    if (ring[i] != model[i]) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a ring is a queue, whatever is pushed, popped and fitted") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 50; ++round) {
    EntryRing ring;
    std::deque<protocol::EntryPtr> model;
    const auto pushes_in_10 = 3 + random.below(5);
    for (int step = 0; step < 200; ++step) {
      if (random.below(10) < pushes_in_10) {
        auto entry = make_entry({});
        model.push_back(entry);
        ring.push(std::move(entry));
      } else if (!model.empty()) {
        model.pop_front();
        ring.pop();
      }
      if (random.once_in(20)) ring.fit();
      REQUIRE(is_same(ring, model));
    }
  }
}

TEST_CASE("what was popped is let go of at once") {
  EntryRing ring;
  auto entry = make_entry({});
  ring.push(entry);
  ring.push(make_entry({}));
  ring.pop();
  CHECK(entry.use_count() == 1);
  CHECK(ring.size() == 1);
}

}  // namespace weir::gateway::topics
