#pragma once

#include "gateway/session/frame_cache.hpp"
#include "gateway/topics/topic_log.hpp"

#include <cstddef>

namespace weir::gateway::session {

/// The longest run from `first` without a gap whose frames keep to `bytes_max`, or one entry. The
/// same for every cell at that cursor that has the same room, so that they share the block.
[[nodiscard]] EntryRun find_run(const topics::TopicLog& log,
                                std::size_t first,
                                std::size_t bytes_max);

}  // namespace weir::gateway::session
