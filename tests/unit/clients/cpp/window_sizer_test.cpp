#include "clients/cpp/window_sizer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace weir::clients::cpp {
namespace {

/// An application behind a way, with more data than it can take: the window is always full.
class Busy {
public:
  Busy(int way_ms, double bytes_per_ms) : way_ms_(way_ms), bytes_per_ms_(bytes_per_ms) {
    sizer_.on_round_trip(Duration(way_ms));
  }

  void set_speed(double bytes_per_ms) { bytes_per_ms_ = bytes_per_ms; }
  void set_ceiling(std::uint64_t window_bytes) {
    ceiling_ = window_bytes;
    window_ = std::min(window_, ceiling_);
    sizer_.set_window(window_);
  }

  /// Lets so many windows pass.
  void pass(int windows) {
    for (int i = 0; i < windows; ++i) pass_one();
  }

  /// How long the data of a full window waits.
  [[nodiscard]] double waits_ms() const { return static_cast<double>(window_) / bytes_per_ms_; }
  [[nodiscard]] std::uint64_t window() const { return window_; }
  [[nodiscard]] int asked() const { return asked_; }

private:
  void pass_one() {
    const bool asks = sizer_.is_due(now_, handled_);
    if (asks) sizer_.on_ask(now_, handled_);
    const double took_ms = std::max(static_cast<double>(way_ms_), waits_ms());
    now_ += Duration(std::llround(took_ms));
    handled_ += window_;
    if (asks) sizer_.on_answer(now_, handled_);
    if (const auto wish = sizer_.take_wish(now_, handled_)) {
      ++asked_;
      window_ = std::min(*wish, ceiling_);
      sizer_.set_window(window_);
    }
  }

  WindowSizer sizer_;
  int way_ms_;
  double bytes_per_ms_;
  std::uint64_t window_ = WindowSizer::bytes_start;
  std::uint64_t ceiling_ = WindowSizer::bytes_max;
  std::uint64_t handled_ = 0;
  TimePoint now_{Duration(1000)};
  int asked_ = 0;
};

}  // namespace

TEST_CASE("a window becomes about half a second of what is handled") {
  for (const double bytes_per_ms : {10.0, 15.0, 100.0, 2000.0}) {
    CAPTURE(bytes_per_ms);
    Busy busy(2, bytes_per_ms);
    busy.pass(200);
    CHECK(busy.waits_ms() <= 520);
    CHECK(busy.waits_ms() >= 190);
  }
}

TEST_CASE("a window shrinks with the application, and grows again") {
  Busy busy(20, 1000);
  busy.pass(200);
  CHECK(busy.window() >= 190'000);
  busy.set_speed(20);
  busy.pass(50);
  CHECK(busy.waits_ms() <= 520);
  busy.set_speed(1000);
  busy.pass(200);
  CHECK(busy.window() >= 190'000);
}

TEST_CASE("a long way is not data that waits: the window grows until it holds nothing back") {
  Busy busy(800, 1000);
  busy.pass(200);
  CHECK(busy.window() >= 800'000);
}

TEST_CASE("a window stays within its bounds") {
  Busy slow(2, 0.5);
  slow.pass(50);
  CHECK(slow.window() == WindowSizer::bytes_min);
  Busy quick(1000, 100'000);
  quick.pass(50);
  CHECK(quick.window() == WindowSizer::bytes_max);
}

TEST_CASE("an operator who allows less is not asked again and again") {
  Busy busy(100, 10'000);
  busy.set_ceiling(8192);
  busy.pass(100);
  CHECK(busy.window() == 8192);
  CHECK(busy.asked() <= 2);
}

TEST_CASE("nothing is asked while little comes, or without a window") {
  WindowSizer sizer;
  const TimePoint now{};
  CHECK(!sizer.is_due(now, WindowSizer::bytes_min - 1));
  CHECK(sizer.is_due(now, WindowSizer::bytes_min));
  sizer.set_window(0);
  CHECK(!sizer.is_due(now, WindowSizer::bytes_min));
}

TEST_CASE("a measurement ends when all that came before the answer is handled") {
  WindowSizer sizer;
  const TimePoint now{};
  sizer.on_ask(now, 0);
  CHECK(!sizer.is_due(now, 100'000));
  sizer.on_answer(now + Duration(1), 16'384);
  CHECK(!sizer.take_wish(now + Duration(1), 16'383).has_value());
  CHECK(sizer.take_wish(now + Duration(10), 16'384) == 32'768U);
  CHECK(!sizer.take_wish(now + Duration(10), 16'384).has_value());
}

}  // namespace weir::clients::cpp
