#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace weir::tests::sim {

using gateway::Duration;
using gateway::TimePoint;

/// The virtual clock: what happens when. Two things of one moment happen in the order in which they
/// were planned.
class EventQueue {
public:
  [[nodiscard]] TimePoint now() const { return now_; }
  void at(TimePoint when, std::function<void()> action) {
    events_.push({when < now_ ? now_ : when, next_++, std::move(action)});
  }
  void after(Duration wait, std::function<void()> action) { at(now_ + wait, std::move(action)); }

  /// Lets the time pass up to `end`, with all that happens until then.
  void run_until(TimePoint end) {
    while (!events_.empty() && events_.top().when <= end) {
      auto action = std::move(const_cast<Event&>(events_.top()).action);
      now_ = events_.top().when;
      events_.pop();
      action();
    }
    now_ = end;
  }

private:
  struct Event {
    TimePoint when;
    std::uint64_t order;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  TimePoint now_{std::chrono::seconds(1000)};
  std::uint64_t next_ = 0;
  std::priority_queue<Event> events_;
};

}  // namespace weir::tests::sim
