#include "gateway/net/timing_wheel.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

namespace weir::gateway::net {
namespace {

using namespace std::chrono_literals;

const TimePoint start{1000h};

struct Waiter : TimingWheel::Node {
  TimePoint at;
};

/// Advances from wake-up to wake-up, as a shard does, up to `end`. Returns the times at which
/// something expired.
std::vector<TimePoint> run(TimingWheel& wheel, TimePoint end) {
  std::vector<TimePoint> times;
  while (const auto wake_up = wheel.next_wake_up()) {
    if (*wake_up > end) break;
    wheel.advance(*wake_up, [&](TimingWheel::Node&) { times.push_back(*wake_up); });
  }
  return times;
}

}  // namespace

TEST_CASE("a deadline is met at its millisecond, at any distance") {
  const Duration distances[] = {1ms,   2ms,     254ms,   255ms,      256ms,      257ms,     511ms,
                                512ms, 65535ms, 65536ms, 65537ms,    131072ms,   3600s,     4h,
                                5h,    30h,     1000h,   16711679ms, 16711680ms, 16711681ms};
  for (const auto offset : {0ms, 1ms, 255ms, 256ms, 65535ms, 123456ms}) {
    for (const auto distance : distances) {
      CAPTURE(offset.count());
      CAPTURE(distance.count());
      TimingWheel wheel(start);
      wheel.advance(start + offset, [](TimingWheel::Node&) {});
      Waiter waiter;
      const auto at = start + offset + distance;
      wheel.schedule(waiter, at);
      CHECK(wheel.deadline(waiter) == at);
      wheel.advance(at - 1ns, [](TimingWheel::Node&) { FAIL("early"); });
      REQUIRE(waiter.is_scheduled());
      CHECK(run(wheel, at + 1h) == std::vector{at});
      CHECK_FALSE(waiter.is_scheduled());
      CHECK_FALSE(wheel.next_wake_up().has_value());
    }
  }
}

TEST_CASE("a deadline inside a millisecond is met at its end") {
  TimingWheel wheel(start);
  Waiter waiter;
  wheel.schedule(waiter, start + 1ns);
  CHECK(wheel.deadline(waiter) == start + 1ms);
  CHECK(run(wheel, start + 1s) == std::vector<TimePoint>{start + 1ms});
}

TEST_CASE("a deadline that has passed is met by the next advance") {
  TimingWheel wheel(start);
  wheel.advance(start + 10ms, [](TimingWheel::Node&) {});
  for (const auto at : {start - 1h, start, start + 10ms}) {
    Waiter waiter;
    wheel.schedule(waiter, at);
    CHECK(wheel.next_wake_up() == start + 10ms);
    int calls = 0;
    wheel.advance(start + 10ms, [&](TimingWheel::Node&) { ++calls; });
    CHECK(calls == 1);
  }
}

TEST_CASE("cancelled, moved and destroyed nodes do not expire") {
  TimingWheel wheel(start);
  Waiter cancelled;
  Waiter moved;
  auto destroyed = std::make_unique<Waiter>();
  wheel.schedule(cancelled, start + 5ms);
  wheel.schedule(moved, start + 5ms);
  wheel.schedule(*destroyed, start + 5ms);
  wheel.cancel(cancelled);
  wheel.cancel(cancelled);
  wheel.schedule(moved, start + 500ms);
  destroyed.reset();
  CHECK(run(wheel, start + 10s) == std::vector<TimePoint>{start + 500ms});
}

TEST_CASE("expiring nodes may set themselves again, cancel and destroy others") {
  TimingWheel wheel(start);
  Waiter first;
  Waiter second;
  auto third = std::make_unique<Waiter>();
  wheel.schedule(first, start + 5ms);
  wheel.schedule(second, start + 5ms);
  wheel.schedule(*third, start + 6ms);
  int calls = 0;
  wheel.advance(start + 10ms, [&](TimingWheel::Node& node) {
    ++calls;
    CHECK(&node == &first);
    wheel.schedule(first, start + 8ms);  // has passed, and waits for the next advance all the same
    wheel.cancel(second);
    third.reset();
  });
  CHECK(calls == 1);
  wheel.advance(start + 10ms, [&](TimingWheel::Node& node) {
    ++calls;
    CHECK(&node == &first);
  });
  CHECK(calls == 2);
}

TEST_CASE("nodes may outlive their wheel") {
  Waiter waiter;
  {
    TimingWheel wheel(start);
    wheel.schedule(waiter, start + 5ms);
  }
  CHECK_FALSE(waiter.is_scheduled());
}

TEST_CASE("a random load expires like a sorted list, in order") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  TimingWheel wheel(start);
  std::vector<Waiter> waiters(200);
  auto now = start;
  for (int step = 0; step < 5000; ++step) {
    auto& waiter = waiters[random.below(waiters.size())];
    if (random.once_in(5)) {
      wheel.cancel(waiter);
    } else {
      const auto reach = std::uint64_t{1} << random.below(26);
      waiter.at = now + std::chrono::milliseconds(random.below(reach));
      wheel.schedule(waiter, waiter.at);
    }
    if (!random.once_in(4)) continue;
    now += std::chrono::milliseconds(random.below(std::uint64_t{1} << random.below(22)));
    std::vector<TimePoint> expected;
    for (const auto& each : waiters) {
      if (each.is_scheduled() && each.at <= now) expected.push_back(each.at);
    }
    std::ranges::sort(expected);
    std::vector<TimePoint> expired;
    wheel.advance(
        now, [&](TimingWheel::Node& node) { expired.push_back(static_cast<Waiter&>(node).at); });
    // Those that were due at once come before the others.
    std::ranges::sort(expired);
    REQUIRE(expired == expected);
    const auto earliest = std::ranges::min_element(waiters, {}, [](const Waiter& each) {
      return each.is_scheduled() ? each.at : TimePoint::max();
    });
    const auto wake_up = wheel.next_wake_up();
    REQUIRE(wake_up.has_value() == earliest->is_scheduled());
    if (wake_up) REQUIRE(*wake_up <= earliest->at);
  }
}

}  // namespace weir::gateway::net
