#include "gateway/flow/scheduler.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <vector>

namespace weir::gateway::flow {
namespace {

using topics::Cell;

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

/// Who is due in which order, and who waits for which gate, without heaps and links.
struct Model {
  std::deque<Cell*> due;
  std::vector<Cell*> gated;

  void add(Cell& cell, TimePoint now) {
    if (cell.opens_at <= now) {
      due.push_back(&cell);
    } else {
      gated.push_back(&cell);
    }
  }
  void remove(Cell& cell) {
    std::erase(due, &cell);
    std::erase(gated, &cell);
  }
  [[nodiscard]] std::optional<TimePoint> next_gate() const {
    if (gated.empty()) return std::nullopt;
    return (*std::ranges::min_element(gated, {}, &Cell::opens_at))->opens_at;
  }
  /// Earliest first.
  void open_gates(TimePoint now) {
    std::ranges::stable_sort(gated, {}, &Cell::opens_at);
    while (!gated.empty() && gated.front()->opens_at <= now) {
      due.push_back(gated.front());
      gated.erase(gated.begin());
    }
  }
};

}  // namespace

TEST_CASE("cells take turns, and gates open when their time comes") {
  const auto seed = tests::seed_or(25);
  CAPTURE(seed);
  tests::Random random(seed);
  std::array<Cell, 7> cells;
  Scheduler scheduler;
  Model model;
  std::int64_t now = 0;
  std::int64_t next_gate_ms = 0;
  for (int step = 0; step < 20'000; ++step) {
    auto& cell = cells.at(random.below(cells.size()));
    switch (random.below(6)) {
      case 0:
      case 1:
        if (cell.state != Cell::State::idle) break;
        // Gates that differ, so that there is one order to expect.
        next_gate_ms = std::max(now, next_gate_ms) + 1 + static_cast<std::int64_t>(random.below(9));
        cell.opens_at = random.once_in(2) ? at(now) : at(next_gate_ms);
        scheduler.add(cell, at(now));
        model.add(cell, at(now));
        break;
      case 2:
        scheduler.remove(cell);
        model.remove(cell);
        break;
      case 3:
        now += static_cast<std::int64_t>(random.below(10));
        scheduler.open_gates(at(now));
        model.open_gates(at(now));
        break;
      case 4:
        scheduler.rotate();
        if (!model.due.empty()) {
          model.due.push_back(model.due.front());
          model.due.pop_front();
        }
        break;
      default:
        scheduler.pop();
        if (!model.due.empty()) model.due.pop_front();
        break;
    }
    REQUIRE(scheduler.has_due() == !model.due.empty());
    REQUIRE(scheduler.front() == (model.due.empty() ? nullptr : model.due.front()));
    REQUIRE(scheduler.next_gate() == model.next_gate());
  }
}

TEST_CASE("a busy cell waits for each other busy cell once") {
  std::array<Cell, 3> cells;
  Scheduler scheduler;
  for (auto& cell : cells) scheduler.add(cell, at(0));
  for (int turn = 0; turn < 9; ++turn) {
    CHECK(scheduler.front() == &cells.at(static_cast<std::size_t>(turn % 3)));
    scheduler.rotate();
  }
}

TEST_CASE("removing a cell that is in neither place does nothing") {
  Cell cell;
  Scheduler scheduler;
  scheduler.remove(cell);
  cell.state = Cell::State::caught_up;  // its topic's
  scheduler.remove(cell);
  CHECK(cell.state == Cell::State::caught_up);
  cell.state = Cell::State::idle;
}

}  // namespace weir::gateway::flow
