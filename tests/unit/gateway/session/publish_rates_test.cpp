#include "gateway/session/publish_rates.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace weir::gateway::session {
namespace {

using namespace std::chrono_literals;

int take_all(PublishRates& rates, const std::string& publisher, TimePoint now) {
  int taken = 0;
  while (taken < 1000 && rates.try_take(publisher, now)) ++taken;
  return taken;
}

}  // namespace

TEST_CASE("a publisher has its burst at once and its rate over time, whatever others do") {
  PublishRates rates({.per_s = 10, .burst = 20});
  const TimePoint begin{1h};
  CHECK(take_all(rates, "a", begin) == 20);
  CHECK(take_all(rates, "b", begin) == 20);
  CHECK(take_all(rates, "a", begin + 1s) == 10);
  CHECK(take_all(rates, "a", begin + 60s) == 20);
}

TEST_CASE("who has its whole burst again is forgotten, who has not is remembered") {
  PublishRates rates({.per_s = 10, .burst = 20});
  const TimePoint begin{1h};
  CHECK(take_all(rates, "a", begin) == 20);
  CHECK(rates.try_take("b", begin));
  CHECK(take_all(rates, "a", begin + 1900ms) == 19);
  CHECK(rates.try_take("c", begin + 2s));  // b is whole, a is not
  CHECK(rates.size() == 2);
  CHECK(take_all(rates, "a", begin + 2s) == 1);
  CHECK(rates.try_take("c", begin + 60s));
  CHECK(rates.size() == 1);
}

TEST_CASE("there are at most so many publishers, and the one noted first makes room") {
  PublishRates rates({.per_s = 1, .burst = 2, .publishers_max = 3});
  const TimePoint now{1h};
  for (const char* publisher : {"a", "b", "c"}) CHECK(take_all(rates, publisher, now) == 2);
  CHECK(rates.size() == 3);
  CHECK(take_all(rates, "d", now) == 2);
  CHECK(rates.size() == 3);
  CHECK(take_all(rates, "c", now) == 0);
}

}  // namespace weir::gateway::session
