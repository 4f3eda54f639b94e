#pragma once

#include "adapters/common/wake_up.hpp"

#include <doctest/doctest.h>

#include <poll.h>

namespace weir::adapters::common {

/// Waits for a signal and acknowledges it; false after `timeout_ms` without one.
inline bool await_signal(WakeUp& wake_up, int timeout_ms = 10'000) {
  pollfd wanted{wake_up.descriptor(), POLLIN, 0};
  const auto ready = poll(&wanted, 1, timeout_ms);
  if (ready == 1) wake_up.acknowledge();
  return ready == 1;
}

inline bool is_signalled(const WakeUp& wake_up) {
  pollfd wanted{wake_up.descriptor(), POLLIN, 0};
  return poll(&wanted, 1, 0) == 1;
}

}  // namespace weir::adapters::common
