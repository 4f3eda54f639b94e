#pragma once

#include "gateway/topics/topic.hpp"

namespace weir::gateway::session {

/// Whether the next entry of a cell is one that only the source can still have: it wants every
/// entry of a topic whose source keeps them, and the ring begins behind its cursor. A deliverer
/// asks for a replay then (deliverer_replay.cpp).
[[nodiscard]] bool needs_replay(const topics::Cell& cell);

}  // namespace weir::gateway::session
