#include "gateway/flow/token_bucket.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace weir::gateway::flow {
namespace {

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct Charge {
  TimePoint at;
  double amount;
};

/// Checks every window that begins and ends with a charge.
void check_windows(const std::vector<Charge>& charges, double rate, double burst) {
  for (std::size_t first = 0; first < charges.size(); ++first) {
    double sum = 0;
    for (std::size_t last = first; last < charges.size(); ++last) {
      const double allowed = rate * seconds(charges[last].at - charges[first].at) + burst;
      REQUIRE(sum <= allowed + 1e-6);  // before the last one, which is charged whole
      sum += charges[last].amount;
    }
  }
}

}  // namespace

TEST_CASE("over every window no more goes than rate x window + burst + one charge") {
  const auto seed = tests::seed_or(20);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    const double rate = 1 + static_cast<double>(random.below(1000));
    const double burst = static_cast<double>(random.below(300));
    TokenBucket bucket(rate, burst, at(0));
    std::vector<Charge> charges;
    TimePoint now{};
    for (int step = 0; step < 300; ++step) {
      now += std::chrono::microseconds(random.below(200'000));
      while (bucket.may_go(now)) {
        const double amount = 1 + static_cast<double>(random.below(400));
        bucket.charge(amount, now);
        charges.push_back({now, amount});
      }
    }
    check_windows(charges, rate, burst);
  }
}

TEST_CASE("whoever comes when told gets all of the rate") {
  const auto seed = tests::seed_or(21);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    const double rate = 10 + static_cast<double>(random.below(100'000));
    TokenBucket bucket(rate, rate / 4, at(0));
    TimePoint now{};
    double sum = 0;
    int wake_ups = 0;
    while (now < at(20'000)) {
      while (bucket.may_go(now)) {
        const double amount = 1 + static_cast<double>(random.below(1000));
        bucket.charge(amount, now);
        sum += amount;
      }
      const auto opens = bucket.opens_at(now);
      REQUIRE(opens);
      REQUIRE(*opens > now);
      now = *opens;
      REQUIRE(bucket.may_go(now));  // never woken for nothing
      ++wake_ups;
    }
    CHECK(sum >= rate * 20);
    CHECK(wake_ups <= sum);
  }
}

TEST_CASE("without a limit everything goes, and nothing is kept") {
  TokenBucket bucket;
  CHECK_FALSE(bucket.is_limited());
  bucket.charge(1e12, at(0));
  CHECK(bucket.may_go(at(0)));
  CHECK(bucket.try_take(1e12, at(0)));
  CHECK_FALSE(bucket.opens_at(at(0)));
  bucket.set_rate(10, 5, at(1000));
  CHECK(bucket.may_go(at(1000)));
  bucket.charge(15, at(1000));
  CHECK(bucket.opens_at(at(1000)) >= at(2000));
  CHECK(bucket.opens_at(at(1000)) <= at(2001));
}

TEST_CASE("a debt outlives a change of the limit, and unused credit does not grow with it") {
  TokenBucket bucket(100, 10, at(0));
  bucket.charge(60, at(0));  // 50 in debt
  bucket.set_rate(50, 10, at(0));
  CHECK_FALSE(bucket.may_go(at(999)));
  CHECK(bucket.may_go(at(1000)));
  bucket.set_rate(1000, 250, at(1000));
  bucket.charge(1, at(1000));
  CHECK_FALSE(bucket.may_go(at(1000)));
  bucket.set_rate(0, 0, at(1000));
  CHECK(bucket.may_go(at(1000)));
}

TEST_CASE("a take needs the whole amount, and a refused one costs nothing") {
  TokenBucket bucket(10, 3, at(0));
  CHECK(bucket.try_take(3, at(0)));
  CHECK_FALSE(bucket.try_take(1, at(99)));
  CHECK(bucket.try_take(1, at(100)));
  CHECK_FALSE(bucket.try_take(1, at(150)));
  CHECK(bucket.try_take(1, at(200)));
}

TEST_CASE("time that stands still or seems to run back gives nothing") {
  TokenBucket bucket(10, 0, at(1000));
  bucket.charge(1, at(1000));
  CHECK_FALSE(bucket.may_go(at(1000)));
  CHECK_FALSE(bucket.may_go(at(0)));
  CHECK(bucket.may_go(at(1100)));
}

}  // namespace weir::gateway::flow
