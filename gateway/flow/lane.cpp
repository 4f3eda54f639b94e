#include "gateway/flow/lane.hpp"

#include <algorithm>
#include <cassert>

namespace weir::gateway::flow {

using topics::Cell;

void Lane::add(Cell& cell) {
  push(cell);
}

void Lane::push(Cell& cell) {
  cell.round = has_turn(cell) ? current_ : current_ ^ 1U;
  rounds_.at(cell.round).push(cell);
}

void Lane::remove(Cell& cell) {
  rounds_.at(cell.round).remove(cell);
  if (!is_busy()) begin_ = std::max(begin_, furthest_);
}

Cell* Lane::front() {
  if (!is_busy()) return nullptr;
  while (true) {
    auto* cell = rounds_.at(current_).front();
    if (cell == nullptr) {
      begin_ += quantum_bytes;
      current_ ^= 1U;
      continue;
    }
    if (has_turn(*cell)) return cell;
    rotate(*cell);
  }
}

std::size_t Lane::room(const Cell& cell) const {
  assert(has_turn(cell));
  return begin_ + quantum_bytes - std::max(cell.turn_mark, begin_);
}

void Lane::charge(Cell& cell, std::size_t bytes) {
  cell.turn_mark = std::max(cell.turn_mark, begin_) + bytes;
  furthest_ = std::max(furthest_, cell.turn_mark);
}

void Lane::rotate(Cell& cell) {
  rounds_.at(cell.round).remove(cell);
  push(cell);
}

}  // namespace weir::gateway::flow
