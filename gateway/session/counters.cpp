#include "gateway/session/counters.hpp"

#include <algorithm>

namespace weir::gateway::session {

void TimeHistogram::observe(Duration time, std::uint64_t times) {
  const std::chrono::duration<double> time_s = time;
  const auto bucket = std::ranges::lower_bound(bounds_s, time_s.count()) - bounds_s.begin();
  counts.at(static_cast<std::size_t>(bucket)) += times;
  sum_s += time_s.count() * static_cast<double>(times);
}

}  // namespace weir::gateway::session
