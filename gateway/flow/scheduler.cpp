#include "gateway/flow/scheduler.hpp"

#include <algorithm>
#include <cassert>

namespace weir::gateway::flow {

using topics::Cell;

namespace {

/// What has gone past lower lanes when one of them may send.
constexpr std::int64_t passed_bytes_max = bytes_ahead * std::int64_t{quantum_bytes};

}  // namespace

void Scheduler::add(Cell& cell, TimePoint now) {
  assert(cell.state == Cell::State::idle);
  if (cell.opens_at <= now) return add_due(cell);
  gated_.push(cell);
}

void Scheduler::remove(Cell& cell) {
  if (cell.state == Cell::State::due) {
    lane_of(cell).remove(cell);
    --due_count_;
  }
  if (cell.state == Cell::State::gated) gated_.remove(cell);
}

void Scheduler::open_gates(TimePoint now) {
  for (auto* cell = gated_.front(); cell != nullptr && cell->opens_at <= now;
       cell = gated_.front()) {
    gated_.remove(*cell);
    add_due(*cell);
  }
}

Cell* Scheduler::front() {
  auto* lane = lane_in_turn();
  return lane == nullptr ? nullptr : lane->front();
}

void Scheduler::charge(Cell& cell, std::size_t bytes) {
  auto& lane = lane_of(cell);
  lane.charge(cell, bytes);
  const auto sent = static_cast<std::int64_t>(bytes);
  if (has_guest_ && lane.priority() == guest_) {
    passed_bytes_ -= bytes_ahead * sent;
    has_guest_ = passed_bytes_ > 0;
    return;
  }
  const bool has_waiting = !others_.empty() && next_guest(lane) != nullptr;
  // The lowest may have its turn at the end of a write that has no room for it: then it goes on to
  // wait, and what went past it still counts.
  passed_bytes_ = has_waiting ? passed_bytes_ + sent
                              : std::max<std::int64_t>(0, passed_bytes_ - bytes_ahead * sent);
}

std::optional<TimePoint> Scheduler::next_gate() const {
  const auto* cell = gated_.front();
  if (cell == nullptr) return std::nullopt;
  return cell->opens_at;
}

template <class IsIt>
Lane* Scheduler::find_lane(const IsIt& is_it) {
  auto other = others_.begin();
  for (; other != others_.end() && other->priority() > 0; ++other) {
    if (is_it(*other)) return &*other;
  }
  if (is_it(plain_)) return &plain_;
  for (; other != others_.end(); ++other) {
    if (is_it(*other)) return &*other;
  }
  return nullptr;
}

Lane& Scheduler::lane_of(const Cell& cell) {
  const auto priority = cell.options.priority;
  if (priority == 0) return plain_;
  const auto lane = std::ranges::find(others_, priority, &Lane::priority);
  assert(lane != others_.end());
  return *lane;
}

void Scheduler::add_due(Cell& cell) {
  ++due_count_;
  const auto priority = cell.options.priority;
  if (priority == 0) return plain_.add(cell);
  auto lane =
      std::ranges::find_if(others_, [&](const Lane& each) { return each.priority() <= priority; });
  if (lane == others_.end() || lane->priority() != priority) lane = others_.emplace(lane, priority);
  lane->add(cell);
}

Lane* Scheduler::lane_in_turn() {
  auto* top = find_lane([](const Lane& lane) { return lane.is_busy(); });
  if (top == nullptr) return nullptr;
  if (has_guest_) {
    auto* guest = find_lane([&](const Lane& lane) { return lane.priority() == guest_; });
    // Where the higher ones have gone meanwhile, it goes past those below it as any other does.
    if (guest->is_busy() && guest != top) return guest;
    has_guest_ = false;
  }
  if (passed_bytes_ < passed_bytes_max) return top;
  auto* guest = next_guest(*top);
  if (guest == nullptr) return top;
  guest_ = guest->priority();
  has_guest_ = true;
  return guest;
}

Lane* Scheduler::next_guest(const Lane& top) {
  const auto waits = [&](const Lane& lane) {
    return lane.priority() < top.priority() && lane.is_busy();
  };
  auto* next = find_lane([&](const Lane& lane) { return waits(lane) && lane.priority() < guest_; });
  return next != nullptr ? next : find_lane(waits);
}

}  // namespace weir::gateway::flow
