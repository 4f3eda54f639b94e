#include "gateway/topics/cell.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>

namespace weir::gateway::topics {

TEST_CASE("a cell list is a queue that also gives up any of its cells") {
  const auto seed = tests::seed_or(7);
  CAPTURE(seed);
  tests::Random random(seed);
  std::array<Cell, 6> cells;
  CellList list(Cell::State::due);
  std::deque<Cell*> model;
  for (int step = 0; step < 5000; ++step) {
    auto& cell = cells.at(random.below(cells.size()));
    if (random.once_in(4)) {
      Cell* expected = model.empty() ? nullptr : model.front();
      REQUIRE(list.pop() == expected);
      if (expected != nullptr) model.pop_front();
    } else if (cell.state == Cell::State::idle) {
      list.push(cell);
      model.push_back(&cell);
    } else {
      list.remove(cell);
      std::erase(model, &cell);
    }
    REQUIRE(list.empty() == model.empty());
    REQUIRE(list.front() == (model.empty() ? nullptr : model.front()));
    for (auto& any : cells) {
      const bool is_held = std::ranges::find(model, &any) != model.end();
      REQUIRE(any.state == (is_held ? Cell::State::due : Cell::State::idle));
    }
  }
  while (!model.empty()) {
    REQUIRE(list.pop() == model.front());
    model.pop_front();
  }
  CHECK(list.pop() == nullptr);
}

}  // namespace weir::gateway::topics
