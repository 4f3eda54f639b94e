#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"

namespace weir::gateway::flow {

/// When a cell that was just served at `now` may be served again under `max_rate` deliveries per
/// second (> 0). Slots lie on multiples of the interval, shifted by (session mod 16)/16 of it: all
/// cells of one session open together and share a write, and one sixteenth of the sessions share
/// each frame.
[[nodiscard]] TimePoint next_slot(double max_rate, SessionId session, TimePoint now);

}  // namespace weir::gateway::flow
