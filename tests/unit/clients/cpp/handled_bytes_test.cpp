#include "clients/cpp/handled_bytes.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

constexpr TimePoint start{};

}  // namespace

TEST_CASE("a quarter of the window is acknowledged at once, one byte less waits") {
  HandledBytes handled;
  handled.set_window(4000);
  handled.add(start, 999);
  CHECK(!handled.take_due(start).has_value());
  handled.add(start, 1);
  CHECK(handled.take_due(start) == 1000U);
  CHECK(!handled.take_due(start).has_value());
}

TEST_CASE("less is acknowledged soon, as a total") {
  HandledBytes handled;
  handled.set_window(4000);
  CHECK(handled.deadline() == never);
  handled.add(start, 10);
  handled.add(start + Duration(100), 10);
  CHECK(handled.deadline() == start + HandledBytes::flush_after);
  CHECK(!handled.take_due(start + Duration(249)).has_value());
  CHECK(handled.take_due(start + Duration(250)) == 20U);
  CHECK(handled.deadline() == never);
  handled.add(start + Duration(300), 5);
  CHECK(handled.take_due(start + Duration(550)) == 25U);
}

TEST_CASE("without a window there is nothing to acknowledge") {
  HandledBytes handled;
  handled.add(start, 1'000'000);
  CHECK(handled.deadline() == never);
  CHECK(!handled.take_due(start + Duration(1000)).has_value());
}

}  // namespace weir::clients::cpp
