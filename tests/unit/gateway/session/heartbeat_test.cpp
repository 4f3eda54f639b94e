#include "gateway/session/heartbeat.hpp"

#include <doctest/doctest.h>

#include <array>

namespace weir::gateway::session {
namespace {

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

/// A session that beats at the end of its interval.
constexpr SessionId on_time = 0;

}  // namespace

TEST_CASE("a life sign is owed after one interval, and two silent ones are death") {
  Heartbeat heartbeat(milliseconds(1000), on_time, at(0));
  CHECK(heartbeat.deadline() == at(1000));
  CHECK_FALSE(heartbeat.is_owed(at(999)));
  CHECK(heartbeat.is_owed(at(1000)));
  heartbeat.on_sent(at(1500));
  heartbeat.on_asked(at(1500));
  CHECK(heartbeat.deadline() == at(2000));
  CHECK_FALSE(heartbeat.is_dead(at(1999)));
  CHECK(heartbeat.is_dead(at(2000)));
  heartbeat.on_heard(at(1999));
  CHECK_FALSE(heartbeat.is_dead(at(2000)));
  CHECK(heartbeat.deadline() == at(2500));
}

TEST_CASE("another interval counts from the last signs of life") {
  Heartbeat heartbeat(milliseconds(15'000), on_time, at(0));
  heartbeat.set_interval(milliseconds(1000), at(0));
  CHECK(heartbeat.is_owed(at(1000)));
  CHECK(heartbeat.is_dead(at(2000)));
}

TEST_CASE(
    "ten thousand sessions that began together beat over an eighth of the interval, not late") {
  constexpr int sessions = 10'000;
  constexpr std::size_t parts = 8;
  std::array<int, parts> beats{};
  std::array<int, parts> pings{};
  for (SessionId id = 1; id <= sessions; ++id) {
    const Heartbeat heartbeat(milliseconds(8000), id, at(0));
    std::int64_t beat_ms = 7000;
    while (!heartbeat.is_owed(at(beat_ms))) ++beat_ms;
    REQUIRE(beat_ms > 7000);
    REQUIRE(beat_ms <= 8000);
    ++beats[static_cast<std::size_t>(beat_ms - 7001) * parts / 1000];
    std::int64_t ping_ms = 0;
    while (!heartbeat.is_to_ask(at(ping_ms))) ++ping_ms;
    REQUIRE(ping_ms <= 8000);
    ++pings[static_cast<std::size_t>(ping_ms) * parts / 8001];
  }
  for (const auto* spread : {&beats, &pings}) {
    for (const auto count : *spread) {
      CHECK(count > sessions / 16);
      CHECK(count < sessions / 4);
    }
  }
}

TEST_CASE("a silent client is asked once in every interval before it is taken for dead") {
  for (SessionId id = 0; id < 1000; ++id) {
    Heartbeat heartbeat(milliseconds(1000), id, at(0));
    heartbeat.on_heard(at(700));
    bool was_asked = false;
    for (std::int64_t ms = 700; ms < 1700; ++ms) {
      if (!heartbeat.is_to_ask(at(ms))) continue;
      heartbeat.on_asked(at(ms));
      was_asked = true;
    }
    REQUIRE(was_asked);
    REQUIRE_FALSE(heartbeat.is_dead(at(1700)));
    REQUIRE(heartbeat.is_dead(at(2700)));
  }
}

TEST_CASE("the last round trip is kept") {
  Heartbeat heartbeat(milliseconds(1000), on_time, at(0));
  CHECK_FALSE(heartbeat.round_trip());
  heartbeat.on_round_trip(milliseconds(0));
  CHECK(heartbeat.round_trip() == milliseconds(0));
  heartbeat.on_round_trip(milliseconds(30));
  CHECK(heartbeat.round_trip() == milliseconds(30));
}

}  // namespace weir::gateway::session
