#include "gateway/session/ready_tracker.hpp"

namespace weir::gateway::session {

void ReadyTracker::expect(const topics::Cell& cell, Subscription& subscription) {
  ++subscription.cells_not_ready;
  expected_[&cell].push_back(
      {&subscription, cell.topic->number(), cell.topic->log().head().offset});
}

std::vector<Subscription*> ReadyTracker::on_served(const topics::Cell& cell) {
  std::vector<Subscription*> ready;
  const auto found = expected_.find(&cell);
  if (found == expected_.end()) return ready;
  std::erase_if(found->second, [&](const Expected& expected) {
    const bool reached = cell.cursor.offset >= expected.offset && !topics::begins_with_state(cell);
    // The cursor stays behind where nothing changed that the client wants.
    const bool has_all = cell.state == topics::Cell::State::caught_up;
    if (!reached && !has_all && cell.topic->number() == expected.number) return false;
    if (--expected.subscription->cells_not_ready == 0) ready.push_back(expected.subscription);
    return true;
  });
  if (found->second.empty()) expected_.erase(found);
  return ready;
}

std::vector<Subscription*> ReadyTracker::on_gone(const topics::Cell& cell) {
  std::vector<Subscription*> ready;
  const auto found = expected_.find(&cell);
  if (found == expected_.end()) return ready;
  for (const auto& expected : found->second) {
    if (--expected.subscription->cells_not_ready == 0) ready.push_back(expected.subscription);
  }
  expected_.erase(found);
  return ready;
}

void ReadyTracker::forget(const Subscription& subscription) {
  for (auto it = expected_.begin(); it != expected_.end();) {
    std::erase_if(it->second,
                  [&](const Expected& expected) { return expected.subscription == &subscription; });
    it = it->second.empty() ? expected_.erase(it) : std::next(it);
  }
}

}  // namespace weir::gateway::session
