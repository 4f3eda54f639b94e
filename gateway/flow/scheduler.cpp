#include "gateway/flow/scheduler.hpp"

#include <algorithm>
#include <cassert>

namespace weir::gateway::flow {

using topics::Cell;

namespace {

bool opens_later(const Cell* a, const Cell* b) {
  return a->opens_at > b->opens_at;
}

}  // namespace

void Scheduler::add(Cell& cell, TimePoint now) {
  assert(cell.state == Cell::State::idle);
  if (cell.opens_at <= now) {
    due_.push(cell);
    return;
  }
  cell.state = Cell::State::gated;
  gated_.push_back(&cell);
  std::ranges::push_heap(gated_, opens_later);
}

void Scheduler::remove(Cell& cell) {
  if (cell.state == Cell::State::due) due_.remove(cell);
  if (cell.state == Cell::State::gated) {
    std::erase(gated_, &cell);
    std::ranges::make_heap(gated_, opens_later);
    cell.state = Cell::State::idle;
  }
}

void Scheduler::open_gates(TimePoint now) {
  while (!gated_.empty() && gated_.front()->opens_at <= now) {
    auto* cell = gated_.front();
    std::ranges::pop_heap(gated_, opens_later);
    gated_.pop_back();
    cell->state = Cell::State::idle;
    due_.push(*cell);
  }
}

void Scheduler::rotate() {
  if (auto* cell = due_.pop()) due_.push(*cell);
}

std::optional<TimePoint> Scheduler::next_gate() const {
  if (gated_.empty()) return std::nullopt;
  return gated_.front()->opens_at;
}

}  // namespace weir::gateway::flow
