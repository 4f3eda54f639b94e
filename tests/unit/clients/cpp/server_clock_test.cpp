#include "clients/cpp/server_clock.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

TimePoint at(int ms) {
  return TimePoint(Duration(ms));
}

}  // namespace

TEST_CASE("the gateway's clock is that of the quickest of the last eight pings") {
  ServerClock clock;
  CHECK_FALSE(clock.unix_ms(at(0)));
  CHECK_FALSE(clock.round_trip());
  clock.on_pong({at(0), at(10), 1005});     // 1000 ahead
  clock.on_pong({at(100), at(200), 1190});  // 1040 ahead, as far as this slower one can tell
  CHECK(clock.unix_ms(at(500)) == 1500);
  CHECK(clock.round_trip() == Duration(10));
  for (int i = 0; i < 7; ++i) clock.on_pong({at(1000), at(1100), 2090});
  CHECK(clock.unix_ms(at(2000)) == 3040);
  CHECK(clock.round_trip() == Duration(100));
  clock.reset();
  CHECK_FALSE(clock.unix_ms(at(2000)));
}

}  // namespace weir::clients::cpp
