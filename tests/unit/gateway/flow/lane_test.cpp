#include "gateway/flow/lane.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace weir::gateway::flow {
namespace {

using topics::Cell;

/// What `count` turns of busy cells that send so much at once come to.
template <std::size_t Count>
std::array<std::size_t, Count> serve(Lane& lane,
                                     std::array<Cell, Count>& cells,
                                     const std::array<std::size_t, Count>& delivery_bytes,
                                     int deliveries) {
  std::array<std::size_t, Count> sent{};
  for (int i = 0; i < deliveries; ++i) {
    auto* cell = lane.front();
    const auto index = static_cast<std::size_t>(cell - cells.data());
    lane.charge(*cell, delivery_bytes.at(index));
    lane.rotate(*cell);
    sent.at(index) += delivery_bytes.at(index);
  }
  return sent;
}

}  // namespace

TEST_CASE("cells that are busy get the same bytes, however large their deliveries are") {
  std::array<Cell, 4> cells;
  Lane lane(0);
  for (auto& cell : cells) lane.add(cell);
  const auto sent = serve(lane, cells, {100, 3000, 20'000, 200'000}, 50'000);
  const auto [least, most] = std::ranges::minmax(sent);
  CHECK(most <= least + 200'000 + quantum_bytes);
  CHECK(least > 1'000'000);
}

TEST_CASE("a cell has a quantum in a round, and the delivery that goes beyond it is its last") {
  std::array<Cell, 2> cells;
  Lane lane(0);
  for (auto& cell : cells) lane.add(cell);
  CHECK(lane.room(cells[0]) == quantum_bytes);
  lane.charge(cells[0], quantum_bytes - 1);
  CHECK(lane.front() == &cells[0]);  // it keeps its turn until it is taken from it
  CHECK(lane.room(cells[0]) == 1);
}

TEST_CASE("what went beyond a quantum is taken from the next round") {
  std::array<Cell, 2> cells;
  Lane lane(0);
  for (auto& cell : cells) lane.add(cell);
  lane.charge(cells[0], quantum_bytes + 4999);
  CHECK(lane.front() == &cells[1]);
  lane.charge(cells[1], quantum_bytes);
  CHECK(lane.front() == &cells[0]);
  CHECK(lane.room(cells[0]) == quantum_bytes - 4999);
}

TEST_CASE("a cell that was served and becomes busy again has no second quantum") {
  std::array<Cell, 2> cells;
  Lane lane(0);
  for (auto& cell : cells) lane.add(cell);
  std::size_t sent = 0;
  while (lane.front() == &cells[0]) {
    lane.charge(cells[0], 1000);
    sent += 1000;
    lane.remove(cells[0]);
    lane.add(cells[0]);
    if (lane.front() == &cells[1]) lane.rotate(cells[1]);
  }
  CHECK(sent == 17'000);
}

TEST_CASE("a debt stays while others are busy") {
  std::array<Cell, 2> cells;
  Lane lane(0);
  for (auto& cell : cells) lane.add(cell);
  lane.charge(cells[0], 10 * quantum_bytes);
  lane.remove(cells[0]);
  lane.add(cells[0]);
  std::size_t sent = 0;
  for (; lane.front() == &cells[1]; lane.rotate(cells[1])) {
    lane.charge(cells[1], 1024);
    sent += 1024;
  }
  CHECK(sent == 10 * quantum_bytes);
}

TEST_CASE("a debt is forgotten when nobody is busy") {
  std::array<Cell, 2> cells;
  Lane lane(0);
  for (auto& cell : cells) lane.add(cell);
  lane.charge(cells[0], 10 * quantum_bytes);
  for (auto& cell : cells) lane.remove(cell);
  CHECK(lane.front() == nullptr);
  for (auto& cell : cells) lane.add(cell);
  CHECK(lane.front() == &cells[0]);
  CHECK(lane.room(cells[0]) == quantum_bytes);
}

TEST_CASE("who did not send has nothing to claim later") {
  std::array<Cell, 2> cells;
  Lane lane(0);
  lane.add(cells[0]);
  for (int turn = 0; turn < 100; ++turn) {
    CHECK(lane.front() == &cells[0]);
    lane.charge(cells[0], quantum_bytes);
  }
  lane.add(cells[1]);
  std::size_t sent = 0;
  for (; lane.front() == &cells[1]; lane.rotate(cells[1])) {
    lane.charge(cells[1], 1024);
    sent += 1024;
  }
  CHECK(sent <= 2 * quantum_bytes);
}

}  // namespace weir::gateway::flow
