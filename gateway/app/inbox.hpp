#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace weir::gateway::app {

/// What becomes of an item that is handed in.
enum class Admission : std::uint8_t {
  accepted,
  slow_down,  ///< taken; hand in no more until there is room
  refused,    ///< not taken, and untouched
};

/// How much may wait before senders are asked to slow down; at twice that they are refused.
struct InboxLimits {
  std::size_t items = 1024;
  std::size_t bytes = std::size_t{4} * 1024 * 1024;
};

/// A bounded queue from any number of threads to one. Wakes nobody: that is the owner's.
template <class T>
class Inbox {
public:
  explicit Inbox(InboxLimits limits = {}) : limits_(limits) {}

  /// Any thread. Moves from `item` where it is taken; `bytes` is what it counts against the limits.
  [[nodiscard]] Admission push(T& item, std::size_t bytes = 0) {
    const std::lock_guard lock(mutex_);
    if (items_.size() >= 2 * limits_.items || bytes_ >= 2 * limits_.bytes) {
      has_slowed_ = true;
      return Admission::refused;
    }
    items_.emplace_back(std::move(item), bytes);
    bytes_ += bytes;
    if (items_.size() < limits_.items && bytes_ < limits_.bytes) return Admission::accepted;
    has_slowed_ = true;
    return Admission::slow_down;
  }

  /// What `take` has done.
  struct Taken {
    bool has_more = false;       ///< more waits
    bool has_made_room = false;  ///< senders were asked to slow down, or refused, and may go on now
  };

  /// The receiver's thread: appends at most `items_max` items to `out`, oldest first.
  Taken take(std::size_t items_max, std::vector<T>& out) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < items_max && !items_.empty(); ++i) {
      out.push_back(std::move(items_.front().first));
      bytes_ -= items_.front().second;
      items_.pop_front();
    }
    const bool has_room = items_.size() <= limits_.items / 2 && bytes_ <= limits_.bytes / 2;
    return {!items_.empty(), has_room && std::exchange(has_slowed_, false)};
  }

  /// Any thread.
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

private:
  InboxLimits limits_;
  mutable std::mutex mutex_;
  std::deque<std::pair<T, std::size_t>> items_;
  std::size_t bytes_ = 0;
  bool has_slowed_ = false;
};

}  // namespace weir::gateway::app
