#pragma once

#include "gateway/topics/topic_log.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir::gateway::flow {

/// A hole between a cursor and what the ring still holds.
struct Loss {
  topics::Cursor resume_at;           ///< continuous from here on
  std::optional<std::uint64_t> lost;  ///< exact, or none where it cannot be known
};

/// Where a cursor that fell off the ring goes on: the middle of the ring, so that the next loss is
/// half a ring away. None while the ring still has everything after the cursor.
[[nodiscard]] std::optional<Loss> find_overflow(const topics::TopicLog& log,
                                                const topics::Cursor& cursor);

/// The same for records and tables: nothing of the ring is of use without the state before it, so
/// it goes on from the head.
[[nodiscard]] std::optional<Loss> find_whole_loss(const topics::TopicLog& log,
                                                  const topics::Cursor& cursor);

/// The same for a position that a client brought: nothing was wasted yet, so it goes on from the
/// oldest entry.
[[nodiscard]] std::optional<Loss> find_truncation(const topics::TopicLog& log,
                                                  const topics::Cursor& cursor);

}  // namespace weir::gateway::flow
