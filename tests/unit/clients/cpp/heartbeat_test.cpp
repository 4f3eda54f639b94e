#include "clients/cpp/heartbeat.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

using Silence = Heartbeat::Silence;

constexpr TimePoint start{};

TimePoint at(int ms) {
  return start + Duration(ms);
}

}  // namespace

TEST_CASE("one that has said nothing for an interval pings") {
  Heartbeat heartbeat(start, Duration(1000));
  CHECK(heartbeat.deadline() == at(1000));
  CHECK(heartbeat.check(at(999)) == Silence::none);
  CHECK(heartbeat.check(at(1000)) == Silence::ping);
  heartbeat.on_sent(at(1000));
  heartbeat.on_received(at(1001));
  CHECK(heartbeat.check(at(1999)) == Silence::none);
  CHECK(heartbeat.deadline() == at(2000));
}

TEST_CASE("two silent intervals of the other side are the end") {
  Heartbeat heartbeat(start, Duration(1000));
  heartbeat.on_sent(at(1500));
  CHECK(heartbeat.deadline() == at(2000));
  CHECK(heartbeat.check(at(1999)) == Silence::none);
  CHECK(heartbeat.check(at(2000)) == Silence::dead);
}

TEST_CASE("one that was asleep gives the other side one more interval, once") {
  Heartbeat heartbeat(start, Duration(1000));
  CHECK(heartbeat.check(at(60'000)) == Silence::ping);
  heartbeat.on_sent(at(60'000));
  CHECK(heartbeat.check(at(60'999)) == Silence::none);
  CHECK(heartbeat.check(at(61'000)) == Silence::dead);
}

TEST_CASE("a sign of life gives the grace back") {
  Heartbeat heartbeat(start, Duration(1000));
  CHECK(heartbeat.check(at(60'000)) == Silence::ping);
  heartbeat.on_received(at(60'001));
  CHECK(heartbeat.check(at(120'000)) == Silence::ping);
  CHECK(heartbeat.check(at(200'000)) == Silence::dead);
}

TEST_CASE("the gateway may set another interval") {
  Heartbeat heartbeat(start, Duration(15'000));
  heartbeat.set_interval(Duration(1000));
  CHECK(heartbeat.deadline() == at(1000));
}

}  // namespace weir::clients::cpp
