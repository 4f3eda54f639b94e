#include "adapters/replay/pace.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace weir::adapters::replay {

using std::chrono::milliseconds;

TEST_CASE("recorded time is divided by the speed") {
  const TimePoint begin{std::chrono::hours(1)};
  struct Row {
    double speed;
    std::uint64_t at_ms;
    milliseconds wait;
  };
  for (const Row& row : {Row{1, 0, milliseconds(0)},
                         Row{1, 1500, milliseconds(1500)},
                         Row{20, 1000, milliseconds(50)},
                         Row{0.5, 1000, milliseconds(2000)},
                         Row{0, 1000, milliseconds(0)}}) {
    CAPTURE(row.speed);
    CAPTURE(row.at_ms);
    CHECK(Pace(row.speed, begin).due(row.at_ms) == begin + row.wait);
  }
}

TEST_CASE("time does not go back, and goes on from where it was") {
  const TimePoint begin{};
  Pace pace(1, begin);
  CHECK(pace.due(100) == begin + milliseconds(100));
  CHECK(pace.due(40) == begin + milliseconds(100));
  CHECK(pace.due(101) == begin + milliseconds(101));
}

TEST_CASE("a time beyond all bounds is late, not early") {
  Pace pace(0.001, TimePoint{});
  CHECK(pace.due(std::numeric_limits<std::uint64_t>::max()) >
        TimePoint{std::chrono::hours(24 * 365)});
}

}  // namespace weir::adapters::replay
