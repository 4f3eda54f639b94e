#include "gateway/core/log_throttle.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway {
namespace {

constexpr TimePoint start{std::chrono::hours(1)};

TimePoint after_ms(std::int64_t count) {
  return start + milliseconds(count);
}

}  // namespace

TEST_CASE("an event is let through ten times a second, and the rest is counted") {
  LogThrottle throttle({});
  for (int i = 0; i < 10; ++i) CHECK(throttle.admit("net", "refused", after_ms(i)));
  CHECK_FALSE(throttle.admit("net", "refused", after_ms(11)));
  CHECK_FALSE(throttle.admit("net", "refused", after_ms(999)));
  CHECK(throttle.take_suppressed(after_ms(999)).empty());

  CHECK(throttle.admit("net", "refused", after_ms(1000)));
  const auto suppressed = throttle.take_suppressed(after_ms(2000));
  REQUIRE(suppressed.size() == 1);
  CHECK(suppressed[0].area == "net");
  CHECK(suppressed[0].event == "refused");
  CHECK(suppressed[0].count == 2);
  CHECK(throttle.take_suppressed(after_ms(9000)).empty());
}

TEST_CASE("one event does not silence another") {
  LogThrottle throttle({.lines_per_s = 1});
  CHECK(throttle.admit("net", "refused", start));
  CHECK_FALSE(throttle.admit("net", "refused", start));
  CHECK(throttle.admit("net", "closed", start));
  CHECK(throttle.admit("http", "refused", start));
}

TEST_CASE("at the end everything that was suppressed is told, however recent") {
  LogThrottle throttle({.lines_per_s = 1});
  CHECK(throttle.admit("net", "refused", start));
  CHECK_FALSE(throttle.admit("net", "refused", start));
  CHECK(throttle.has_suppressed());
  REQUIRE(throttle.take_all_suppressed().size() == 1);
  CHECK_FALSE(throttle.has_suppressed());
  CHECK(throttle.take_all_suppressed().empty());
}

TEST_CASE("more kinds of events than there is room for share one allowance") {
  LogThrottle throttle({.lines_per_s = 1, .events_max = 2});
  CHECK(throttle.admit("a", "1", start));
  CHECK(throttle.admit("a", "2", start));
  CHECK(throttle.admit("a", "3", start));
  CHECK_FALSE(throttle.admit("a", "4", start));
  const auto suppressed = throttle.take_all_suppressed();
  REQUIRE(suppressed.size() == 1);
  CHECK(suppressed[0].event == "other_events");
}

}  // namespace weir::gateway
