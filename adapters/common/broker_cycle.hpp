#pragma once

#include "adapters/common/backoff.hpp"

#include <chrono>
#include <cstddef>

namespace weir::adapters::common {

/// Which of several brokers is tried next, and when: each in its order, at once; then, after a
/// jittered wait, again from the first.
class BrokerCycle {
public:
  /// A connection that lasted so long was a good one: the next wait is short again.
  static constexpr std::chrono::seconds good{5};

  BrokerCycle(std::size_t count, Backoff::Options backoff) : count_(count), backoff_(backoff) {}

  [[nodiscard]] std::size_t current() const { return current_; }
  /// It cannot be reached, or does not do what it should: how long to wait before `current`.
  [[nodiscard]] Milliseconds on_failed();
  /// It was reached, and lost after so long.
  [[nodiscard]] Milliseconds on_lost(std::chrono::steady_clock::duration lasted);

private:
  std::size_t count_;
  std::size_t current_ = 0;
  Backoff backoff_;
};

}  // namespace weir::adapters::common
