#pragma once

#include <chrono>
#include <cstdint>

namespace weir::gateway {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// The time of one turn, read once by the shell and passed in. Decisions use `steady` only;
/// `unix_ms` is what people are told (and what token expiry is compared with), so a wall-clock jump
/// changes nothing else.
struct Now {
  TimePoint steady{};
  std::int64_t unix_ms = 0;
};

[[nodiscard]] constexpr Duration milliseconds(std::int64_t count) {
  return std::chrono::milliseconds(count);
}

}  // namespace weir::gateway
