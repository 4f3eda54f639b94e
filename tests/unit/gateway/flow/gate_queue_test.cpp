#include "gateway/flow/gate_queue.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace weir::gateway::flow {

using topics::Cell;

TEST_CASE("the cell whose gate opens first is in front, whoever comes and goes") {
  const auto seed = tests::seed_or(61);
  CAPTURE(seed);
  tests::Random random(seed);
  std::array<Cell, 40> cells;
  std::vector<Cell*> waiting;
  GateQueue queue;
  for (int step = 0; step < 20'000; ++step) {
    auto& cell = cells.at(random.below(cells.size()));
    if (cell.state == Cell::State::idle) {
      cell.opens_at = TimePoint{} + milliseconds(static_cast<std::int64_t>(random.below(50)));
      queue.push(cell);
      waiting.push_back(&cell);
    } else {
      queue.remove(cell);
      std::erase(waiting, &cell);
    }
    REQUIRE((queue.front() == nullptr) == waiting.empty());
    if (waiting.empty()) continue;
    const auto* first = *std::ranges::min_element(waiting, {}, &Cell::opens_at);
    REQUIRE(queue.front()->opens_at == first->opens_at);
  }
}

}  // namespace weir::gateway::flow
