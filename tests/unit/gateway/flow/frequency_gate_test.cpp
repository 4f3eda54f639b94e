#include "gateway/flow/frequency_gate.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <vector>

namespace weir::gateway::flow {
namespace {

constexpr SessionId any_session = 5;

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

}  // namespace

TEST_CASE("the next slot is ahead, and at most one interval away") {
  const auto seed = tests::seed_or(22);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int step = 0; step < 5000; ++step) {
    const double rate = static_cast<double>(1 + random.below(100'000)) / 100;
    const auto now = TimePoint{} + std::chrono::microseconds(random.below(10'000'000));
    const auto slot = next_slot(rate, random.below(40), now);
    CAPTURE(rate);
    REQUIRE(slot > now);
    const std::chrono::duration<double> wait = slot - now;
    REQUIRE(wait.count() <= 1 / rate + 1e-6);
  }
}

TEST_CASE("slots follow each other by exactly the interval") {
  for (const double rate : {0.5, 1.0, 4.0, 60.0, 1000.0}) {
    CAPTURE(rate);
    auto slot = next_slot(rate, 3, at(12'345));
    for (int i = 0; i < 50; ++i) {
      const auto next = next_slot(rate, 3, slot);
      const std::chrono::duration<double> step = next - slot;
      REQUIRE(step.count() == doctest::Approx(1 / rate).epsilon(1e-6));
      slot = next;
    }
  }
}

TEST_CASE("all cells of a session open together, whenever they were served") {
  const auto first = next_slot(5, any_session, at(10'000));
  for (std::int64_t ms = 0; ms < 200; ++ms) {
    REQUIRE(next_slot(5, any_session, first + milliseconds(ms)) == first + milliseconds(200));
  }
}

TEST_CASE("sixteen sessions have sixteen phases, the seventeenth has the first's") {
  std::set<TimePoint> slots;
  for (SessionId session = 0; session < 16; ++session) {
    slots.insert(next_slot(1, session, at(100'000)));
  }
  CHECK(slots.size() == 16);
  CHECK(next_slot(1, 0, at(100'000)) == next_slot(1, 16, at(100'000)));
}

TEST_CASE("rates beyond every clock are still rates") {
  CHECK(next_slot(1e300, 1, at(5)) > at(5));
  CHECK(next_slot(1e-300, 1, at(5)) <= at(5) + std::chrono::hours(24));
}

}  // namespace weir::gateway::flow
