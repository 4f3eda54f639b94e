#include "gateway/session/heartbeat.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::session {
namespace {

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

}  // namespace

TEST_CASE("a life sign is owed after one interval, and two silent ones are death") {
  Heartbeat heartbeat(milliseconds(1000), at(0));
  CHECK(heartbeat.deadline() == at(1000));
  CHECK_FALSE(heartbeat.is_owed(at(999)));
  CHECK(heartbeat.is_owed(at(1000)));
  heartbeat.on_sent(at(1500));
  CHECK(heartbeat.deadline() == at(2000));
  CHECK_FALSE(heartbeat.is_dead(at(1999)));
  CHECK(heartbeat.is_dead(at(2000)));
  heartbeat.on_heard(at(1999));
  CHECK_FALSE(heartbeat.is_dead(at(2000)));
  CHECK(heartbeat.deadline() == at(2500));
}

TEST_CASE("another interval counts from the last signs of life") {
  Heartbeat heartbeat(milliseconds(15'000), at(0));
  heartbeat.set_interval(milliseconds(1000));
  CHECK(heartbeat.is_owed(at(1000)));
  CHECK(heartbeat.is_dead(at(2000)));
}

}  // namespace weir::gateway::session
