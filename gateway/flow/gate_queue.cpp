#include "gateway/flow/gate_queue.hpp"

#include <cassert>

namespace weir::gateway::flow {

using topics::Cell;

void GateQueue::push(Cell& cell) {
  assert(cell.state == Cell::State::idle);
  cell.state = Cell::State::gated;
  heap_.push_back(&cell);
  place(heap_.size() - 1, cell);
  move_up(heap_.size() - 1);
}

void GateQueue::remove(Cell& cell) {
  const std::size_t index = cell.gate_index;
  assert(cell.state == Cell::State::gated && heap_[index] == &cell);
  cell.state = Cell::State::idle;
  auto& last = *heap_.back();
  heap_.pop_back();
  if (&last == &cell) return;
  place(index, last);
  move_up(index);
  move_down(last.gate_index);
}

void GateQueue::place(std::size_t index, Cell& cell) {
  heap_[index] = &cell;
  cell.gate_index = static_cast<std::uint32_t>(index);
}

void GateQueue::move_up(std::size_t index) {
  auto& cell = *heap_[index];
  while (index > 0) {
    auto& parent = *heap_[(index - 1) / 2];
    if (parent.opens_at <= cell.opens_at) break;
    const std::size_t above = parent.gate_index;
    place(index, parent);
    index = above;
  }
  place(index, cell);
}

void GateQueue::move_down(std::size_t index) {
  auto& cell = *heap_[index];
  while (2 * index + 1 < heap_.size()) {
    auto below = 2 * index + 1;
    if (below + 1 < heap_.size() && heap_[below + 1]->opens_at < heap_[below]->opens_at) ++below;
    if (cell.opens_at <= heap_[below]->opens_at) break;
    place(index, *heap_[below]);
    index = below;
  }
  place(index, cell);
}

}  // namespace weir::gateway::flow
