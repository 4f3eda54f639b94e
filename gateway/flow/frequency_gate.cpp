#include "gateway/flow/frequency_gate.hpp"

#include <algorithm>
#include <cmath>

namespace weir::gateway::flow {

TimePoint next_slot(double max_rate, SessionId session, TimePoint now) {
  constexpr double longest_s = 86'400;
  const std::chrono::duration<double> interval_s{std::min(1.0 / max_rate, longest_s)};
  const auto interval = std::max(Duration{1}, std::chrono::duration_cast<Duration>(interval_s));
  const auto phase = interval * static_cast<Duration::rep>(session % 16) / 16;
  const auto since_phase = now.time_since_epoch() - phase;
  // Rounded down: right after the machine has started, its clock may be before the phase.
  const auto slots = since_phase / interval - (since_phase.count() < 0 ? 1 : 0);
  return TimePoint{phase + interval * (slots + 1)};
}

}  // namespace weir::gateway::flow
