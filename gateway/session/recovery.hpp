#pragma once

#include "gateway/topics/cell.hpp"
#include "protocol/core/command.hpp"

#include <optional>

namespace weir::gateway::session {

/// What a subscription says of where a new cell begins.
struct StartRequest {
  protocol::Delivery delivery = protocol::Delivery::latest;
  bool is_born_later =
      false;  ///< the topic came into being after the subscription: everything of it is new
  bool has_positions = false;                    ///< `from` was given, if only for other topics
  const protocol::Position* position = nullptr;  ///< of this topic, where `from` has it
  std::uint32_t history = 0;
  bool wants_snapshot = true;
};

/// Where a new cell begins, and the gap that has to be told first.
struct StartPoint {
  topics::CellStart start = topics::CellStart::cursor;
  topics::Cursor cursor;
  std::optional<topics::OwedGap> gap;
  protocol::Offset base = 0;  ///< the entry whose value the client says it holds; 0: none
  /// Where it begins outside of the ring, because the source may have what is there.
  topics::Outside outside = topics::Outside::overflow;
};

/// Shape:  pure; the first of these that applies: position, history, snapshot, from now on.
/// Source: SPEC.md, "Starting point" and "Gaps".
[[nodiscard]] StartPoint find_start(const topics::TopicLog& log, const StartRequest& request);

/// Where an existing cell of `all` goes on when its topic has begun another epoch.
[[nodiscard]] StartPoint find_restart(const topics::TopicLog& log, protocol::GapCause cause);

}  // namespace weir::gateway::session
