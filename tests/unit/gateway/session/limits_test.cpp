#include "gateway/session/limits.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::session {
namespace {

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

protocol::SessionWishes bytes(std::uint64_t bytes_per_s) {
  protocol::SessionWishes wishes;
  wishes.bytes_per_s = bytes_per_s;
  return wishes;
}

FrameBlock frame(std::size_t size) {
  return {SharedBytes(std::string(size, '.')), 1, static_cast<std::uint32_t>(size - 2)};
}

protocol::EffectiveLimits described(const OutputLimits& limits) {
  protocol::EffectiveLimits effective;
  limits.describe(effective);
  return effective;
}

}  // namespace

TEST_CASE("the lower of wish and ceiling holds, and 0 is none") {
  struct Row {
    std::uint64_t wish, ceiling, effective;
  };
  for (const auto& row : {Row{0, 0, 0}, Row{5, 0, 5}, Row{0, 7, 7}, Row{5, 7, 5}, Row{9, 7, 7}}) {
    OutputLimits limits(Ceilings{row.ceiling, static_cast<double>(row.ceiling)});
    auto wishes = bytes(row.wish);
    wishes.messages_per_s = static_cast<double>(row.wish);
    limits.apply(wishes, at(0));
    CHECK(described(limits).bytes_per_s == row.effective);
    CHECK(described(limits).messages_per_s == static_cast<double>(row.effective));
    CHECK(limits.is_limited() == (row.effective > 0));
  }
}

TEST_CASE("what a change leaves out stays as it is") {
  OutputLimits limits({});
  auto wishes = bytes(1000);
  wishes.window_bytes = 50;
  wishes.max_delay_ms = 7;
  limits.apply(wishes, at(0));
  protocol::SessionWishes change;
  change.messages_per_s = 3;
  limits.apply(change, at(0));
  CHECK(described(limits).bytes_per_s == 1000);
  CHECK(described(limits).messages_per_s == 3);
  CHECK(described(limits).window_bytes == 50);
  CHECK(described(limits).max_delay_ms == 7);
}

TEST_CASE("deliveries and control use up the bytes, and time gives them back") {
  OutputLimits limits({});
  limits.apply(bytes(1000), at(0));  // a burst of 250
  limits.on_delivered(frame(200), at(0));
  CHECK(limits.may_deliver(at(0)));
  limits.on_control(100, at(0));
  CHECK_FALSE(limits.may_deliver(at(0)));
  const auto opens = limits.opens_at(at(0));
  REQUIRE(opens);
  CHECK(*opens >= at(50));
  CHECK(*opens <= at(51));
  CHECK(limits.may_deliver(*opens));
}

TEST_CASE("messages are deliveries") {
  OutputLimits limits({});
  protocol::SessionWishes wishes;
  wishes.messages_per_s = 4;
  limits.apply(wishes, at(0));
  limits.on_control(1'000'000, at(0));
  limits.on_delivered(frame(10), at(0));
  CHECK(limits.may_deliver(at(0)));
  limits.on_delivered(frame(10), at(0));
  CHECK_FALSE(limits.may_deliver(at(0)));
  CHECK(limits.may_deliver(at(250)));
}

TEST_CASE("a delivery that the window does not take is waited for with its size") {
  OutputLimits limits({});
  protocol::SessionWishes wishes;
  wishes.window_bytes = 100;
  limits.apply(wishes, at(0));
  limits.on_delivered(frame(62), at(0));  // 60 of payload
  CHECK(limits.may_deliver(at(0)));
  CHECK_FALSE(limits.fits_window(50));
  CHECK_FALSE(limits.may_deliver(at(0)));
  CHECK_FALSE(limits.opens_at(at(0)));  // time does not open a window
  limits.on_acknowledged(10);
  CHECK(limits.may_deliver(at(0)));
  CHECK(limits.fits_window(50));
}

TEST_CASE("writes with deliveries are max_delay apart, until it is shortened") {
  OutputLimits limits({});
  protocol::SessionWishes wishes;
  wishes.max_delay_ms = 100;
  limits.apply(wishes, at(0));
  limits.on_write(at(0));
  CHECK_FALSE(limits.may_deliver(at(99)));
  CHECK(limits.opens_at(at(0)) == at(100));
  wishes.max_delay_ms = 10;
  limits.apply(wishes, at(20));
  CHECK(limits.may_deliver(at(30)));
}

TEST_CASE("pages of a table follow the limit, within bounds") {
  OutputLimits limits({});
  CHECK(limits.page_bytes() == 16 * 1024);
  limits.apply(bytes(1), at(0));
  CHECK(limits.page_bytes() == 1024);
  limits.apply(bytes(16'000), at(0));
  CHECK(limits.page_bytes() == 2000);
  limits.apply(bytes(10'000'000), at(0));
  CHECK(limits.page_bytes() == 16 * 1024);
}

TEST_CASE("of several ceilings the lowest counts, and of several delays the longest") {
  CHECK(stricter({}, {}) == Ceilings{});
  CHECK(stricter({10, 0, 3}, {0, 2.5, 5}) == Ceilings{10, 2.5, 5});
  CHECK(stricter({10, 4, 3}, {20, 3, 0}) == Ceilings{10, 3, 3});
}

TEST_CASE("the operator restricts a session while it runs, and takes that away again") {
  OutputLimits limits({.bytes_per_s = 10'000, .max_delay_ms = 5});
  auto wishes = bytes(8000);
  wishes.max_delay_ms = 20;
  limits.apply(wishes, at(0));
  limits.restrict({.bytes_per_s = 1000, .messages_per_s = 4, .max_delay_ms = 50}, at(0));
  CHECK(described(limits).bytes_per_s == 1000);
  CHECK(described(limits).messages_per_s == 4);
  CHECK(described(limits).max_delay_ms == 50);
  CHECK(limits.own_ceilings() == Ceilings{1000, 4, 50});
  limits.restrict({.messages_per_s = 0}, at(0));
  CHECK(limits.own_ceilings() == Ceilings{1000, 0, 50});
  // A client's wish does not get beyond it, nor below the delay.
  wishes.bytes_per_s = 0;
  wishes.max_delay_ms = 0;
  limits.apply(wishes, at(0));
  CHECK(described(limits).bytes_per_s == 1000);
  CHECK(described(limits).max_delay_ms == 50);
  limits.restrict({.bytes_per_s = 0, .max_delay_ms = 0}, at(0));
  CHECK(described(limits).bytes_per_s == 10'000);
  CHECK(described(limits).max_delay_ms == 5);
}

TEST_CASE("what was sent before a change stays charged") {
  OutputLimits limits({});
  limits.apply(bytes(1000), at(0));
  limits.on_delivered(frame(1250), at(0));  // the burst of 250, and a second's worth
  limits.restrict({.bytes_per_s = 500}, at(0));
  CHECK_FALSE(limits.may_deliver(at(1990)));
  CHECK(limits.may_deliver(at(2001)));
}

TEST_CASE("what is on its way to a window is known") {
  OutputLimits limits({});
  limits.apply({}, at(0));
  limits.on_delivered(frame(62), at(0));
  CHECK(limits.window_used() == 0);
  protocol::SessionWishes wishes;
  wishes.window_bytes = 1000;
  limits.apply(wishes, at(0));
  limits.on_delivered(frame(102), at(0));
  limits.on_acknowledged(70);
  CHECK(limits.window_used() == 90);
}

}  // namespace weir::gateway::session
