#include "gateway/topics/cell.hpp"

#include <cassert>

namespace weir::gateway::topics {

void CellList::push(Cell& cell) {
  assert(cell.state == Cell::State::idle);
  cell.state = state_;
  cell.before = last_;
  cell.behind = nullptr;
  (last_ == nullptr ? first_ : last_->behind) = &cell;
  last_ = &cell;
}

void CellList::remove(Cell& cell) {
  assert(cell.state == state_);
  cell.state = Cell::State::idle;
  (cell.before == nullptr ? first_ : cell.before->behind) = cell.behind;
  (cell.behind == nullptr ? last_ : cell.behind->before) = cell.before;
  cell.before = nullptr;
  cell.behind = nullptr;
}

Cell* CellList::pop() {
  auto* cell = first_;
  if (cell != nullptr) remove(*cell);
  return cell;
}

}  // namespace weir::gateway::topics
