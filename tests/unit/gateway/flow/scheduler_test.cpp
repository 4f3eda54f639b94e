#include "gateway/flow/scheduler.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::flow {
namespace {

using topics::Cell;

TimePoint at(std::int64_t ms) {
  return TimePoint{} + milliseconds(ms);
}

/// Cells that never run dry: serves one delivery a turn.
class Busy {
public:
  struct Row {
    int priority;
    std::size_t delivery_bytes;
  };

  explicit Busy(std::vector<Row> rows) : rows_(std::move(rows)), cells_(rows_.size()) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      cells_[i].options.priority = static_cast<std::int8_t>(rows_[i].priority);
      scheduler_.add(cells_[i], at(0));
    }
  }

  /// Who was served.
  std::size_t serve() {
    auto* cell = scheduler_.front();
    REQUIRE(cell != nullptr);
    REQUIRE(scheduler_.room(*cell) > 0);
    const auto index = static_cast<std::size_t>(cell - cells_.data());
    scheduler_.charge(*cell, rows_[index].delivery_bytes);
    scheduler_.rotate(*cell);
    return index;
  }
  void remove(std::size_t index) { scheduler_.remove(cells_[index]); }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

private:
  std::vector<Row> rows_;
  std::vector<Cell> cells_;
  Scheduler scheduler_;
};

/// Who waits for which gate, and who is due, without heaps and links.
struct Model {
  std::vector<Cell*> due;
  std::vector<Cell*> gated;

  void add(Cell& cell, TimePoint now) { (cell.opens_at <= now ? due : gated).push_back(&cell); }
  void remove(Cell& cell) {
    std::erase(due, &cell);
    std::erase(gated, &cell);
  }
  [[nodiscard]] std::optional<TimePoint> next_gate() const {
    if (gated.empty()) return std::nullopt;
    return (*std::ranges::min_element(gated, {}, &Cell::opens_at))->opens_at;
  }
  void open_gates(TimePoint now) {
    for (auto* cell : std::exchange(gated, {})) add(*cell, now);
  }
};

}  // namespace

TEST_CASE("the highest busy priority is served, and gates open when their time comes") {
  const auto seed = tests::seed_or(25);
  CAPTURE(seed);
  tests::Random random(seed);
  std::array<Cell, 7> cells;
  for (std::size_t i = 0; i < cells.size(); ++i)
    cells.at(i).options.priority = static_cast<std::int8_t>(100 - 100 * (i % 3));
  Scheduler scheduler;
  Model model;
  std::int64_t now = 0;
  for (int step = 0; step < 20'000; ++step) {
    auto& cell = cells.at(random.below(cells.size()));
    switch (random.below(5)) {
      case 0:
      case 1:
        if (cell.state != Cell::State::idle) break;
        cell.opens_at = at(now + static_cast<std::int64_t>(random.below(10)));
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
      default:
        if (auto* front = scheduler.front()) scheduler.rotate(*front);
        break;
    }
    REQUIRE(scheduler.has_due() == !model.due.empty());
    REQUIRE(scheduler.next_gate() == model.next_gate());
    const auto* front = scheduler.front();
    REQUIRE((front == nullptr) == model.due.empty());
    if (front == nullptr) continue;
    const auto highest = [](const Cell* each) { return each->options.priority; };
    REQUIRE(front->options.priority ==
            std::ranges::max(model.due | std::views::transform(highest)));
  }
}

TEST_CASE("between two turns of a busy cell each other of its priority sends at most its turn") {
  const auto seed = tests::seed_or(26);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 50; ++round) {
    std::vector<Busy::Row> rows;
    // None is larger than a quantum: a cell that owes a round or more has turns to sit out.
    for (auto count = 2 + random.below(6); count > 0; --count)
      rows.push_back({round % 3, 1 + random.below(quantum_bytes)});
    Busy busy(rows);
    std::vector<std::vector<std::size_t>> sent(rows.size(), std::vector<std::size_t>(rows.size()));
    for (int step = 0; step < 2000; ++step) {
      const auto served = busy.serve();
      std::ranges::fill(sent[served], 0);
      for (std::size_t waits = 0; waits < rows.size(); ++waits) {
        if (waits == served) continue;
        sent[waits][served] += rows[served].delivery_bytes;
        REQUIRE(sent[waits][served] < quantum_bytes + rows[served].delivery_bytes);
      }
    }
  }
}

TEST_CASE("a lower priority that waits has at least one byte in nine, whatever goes first") {
  struct Row {
    std::string name;
    std::vector<Busy::Row> cells;
  };
  const std::vector<Row> rows{
      {"small deliveries", {{1, 100}, {0, 100}}},
      {"large ones go first", {{1, 200'000}, {0, 100}}},
      {"large ones wait", {{1, 100}, {0, 200'000}}},
      {"many go first", {{9, 500}, {9, 5000}, {9, 50'000}, {-9, 1000}}},
      {"many wait", {{9, 500}, {-9, 500}, {-9, 5000}, {-9, 50'000}}},
      {"all lanes from top to bottom", {{100, 500}, {50, 700}, {0, 900}, {-50, 60'000}, {-100, 5}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Busy busy(row.cells);
    const auto top = row.cells.front().priority;
    std::int64_t ahead = 0;
    std::int64_t behind = 0;
    for (int step = 0; step < 200'000; ++step) {
      const auto served = row.cells[busy.serve()];
      const auto bytes = static_cast<std::int64_t>(served.delivery_bytes);
      (served.priority == top ? ahead : behind) += bytes;
      // No more goes ahead than is owed for what went behind, and one turn; and the other way
      // round.
      REQUIRE(ahead <= bytes_ahead * (behind + std::int64_t{quantum_bytes}) + 200'000);
      REQUIRE(bytes_ahead * behind <= ahead + bytes_ahead * 200'000);
    }
    CHECK(behind > 0);
  }
}

TEST_CASE("lower priorities that wait share what is theirs") {
  Busy busy({{3, 1000}, {2, 1000}, {1, 1000}, {0, 1000}});
  std::array<std::size_t, 4> sent{};
  for (int step = 0; step < 100'000; ++step) ++sent.at(busy.serve());
  CHECK(sent[0] == doctest::Approx(88'888).epsilon(0.01));
  for (const std::size_t index : {1U, 2U, 3U}) {
    CAPTURE(index);
    CHECK(sent.at(index) == doctest::Approx(3704).epsilon(0.05));
  }
}

TEST_CASE("a lower priority goes on alone when the others have everything") {
  Busy busy({{1, 1000}, {0, 1000}, {-1, 1000}});
  for (int step = 0; step < 50; ++step) (void)busy.serve();
  busy.remove(0);
  CHECK(busy.serve() == 1);
  busy.remove(1);
  CHECK(busy.serve() == 2);
  CHECK(busy.serve() == 2);
}

TEST_CASE("a lower priority that has no room at the end of each write still has its turn") {
  std::array<Cell, 2> cells;
  cells[0].options.priority = 1;
  Scheduler scheduler;
  scheduler.add(cells[0], at(0));
  scheduler.add(cells[1], at(0));
  constexpr std::size_t write_bytes = quantum_bytes;
  std::size_t ahead = 0;
  // Each write has all of the higher one, and is full.
  while (scheduler.front() == &cells[0] && ahead <= (bytes_ahead + 1) * quantum_bytes) {
    scheduler.charge(cells[0], write_bytes);
    scheduler.remove(cells[0]);
    ahead += write_bytes;
    REQUIRE(scheduler.front() == &cells[1]);
    scheduler.charge(cells[1], 0);
    scheduler.add(cells[0], at(0));
  }
  CHECK(scheduler.front() == &cells[1]);
  CHECK(ahead == bytes_ahead * quantum_bytes);
}

TEST_CASE("a priority that was let in and is the highest now takes nothing from those below it") {
  Busy busy({{3, quantum_bytes}, {2, 1000}, {1, 1000}});
  for (std::int64_t turn = 0; turn < bytes_ahead; ++turn) REQUIRE(busy.serve() == 0);
  REQUIRE(busy.serve() == 1);
  busy.remove(0);
  // All the same is owed to the lowest, except for what the other one had of it.
  std::int64_t passed = bytes_ahead * std::int64_t{quantum_bytes} - bytes_ahead * 1000;
  while (busy.serve() == 1) passed += 1000;
  CHECK(passed >= bytes_ahead * std::int64_t{quantum_bytes});
  CHECK(passed < bytes_ahead * std::int64_t{quantum_bytes} + 1000);
}

TEST_CASE("what went ahead while nobody waited is not owed") {
  std::array<Cell, 2> cells;
  cells[1].options.priority = -1;
  Scheduler scheduler;
  scheduler.add(cells[0], at(0));
  scheduler.charge(cells[0], 1'000'000);
  scheduler.add(cells[1], at(0));
  CHECK(scheduler.front() == &cells[0]);
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
