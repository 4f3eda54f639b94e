#include "gateway/session/counters.hpp"

#include <algorithm>

namespace weir::gateway::session {

void AgeHistogram::observe(Duration age, std::uint64_t times) {
  const std::chrono::duration<double> age_s = age;
  const auto bucket = std::ranges::lower_bound(bounds_s, age_s.count()) - bounds_s.begin();
  counts.at(static_cast<std::size_t>(bucket)) += times;
  sum_s += age_s.count() * static_cast<double>(times);
}

}  // namespace weir::gateway::session
