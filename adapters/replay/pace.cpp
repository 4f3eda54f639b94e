#include "adapters/replay/pace.hpp"

#include <algorithm>

namespace weir::adapters::replay {

TimePoint Pace::due(std::uint64_t at_ms) {
  if (speed_ <= 0) return begin_;
  // far enough for everybody, near enough for the clock's integer
  constexpr double wait_ms_max = 1e12;
  const double wait_ms = std::min(static_cast<double>(at_ms) / speed_, wait_ms_max);
  const std::chrono::duration<double, std::milli> wait(wait_ms);
  last_ = std::max(last_, begin_ + std::chrono::duration_cast<TimePoint::duration>(wait));
  return last_;
}

}  // namespace weir::adapters::replay
