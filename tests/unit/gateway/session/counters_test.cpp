#include "gateway/session/counters.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace weir::gateway::session {

TEST_CASE("an age goes into the first bucket that is not below it, the last is for all others") {
  TimeHistogram ages;
  ages.observe(std::chrono::microseconds(500), 2);
  ages.observe(std::chrono::microseconds(501), 1);
  ages.observe(std::chrono::seconds(60), 1);
  ages.observe(std::chrono::seconds(61), 4);
  CHECK(ages.counts.front() == 2);
  CHECK(ages.counts[1] == 1);
  CHECK(ages.counts[ages.counts.size() - 2] == 1);
  CHECK(ages.counts.back() == 4);
  CHECK(std::accumulate(ages.counts.begin(), ages.counts.end(), std::uint64_t{0}) == 8);
  CHECK(ages.sum_s == doctest::Approx(60 + 4 * 61 + 0.001501));
}

}  // namespace weir::gateway::session
