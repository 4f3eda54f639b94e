#pragma once

#include "gateway/topics/record_state.hpp"
#include "protocol/core/event.hpp"

#include <optional>
#include <span>
#include <string>

namespace weir::gateway::topics {

/// What brings a client's record from `base` up to date: the fields that changed, or the whole
/// where there is no base, the base is below the floor or the whole is no larger.
/// Shape:  `fields`: sorted, none: all. A base without changes gives changes without fields. Views
///         into `state`.
/// Source: SPEC.md, "Records".
[[nodiscard]] protocol::StateChanges pull_record(const RecordState& state,
                                                 std::optional<protocol::Offset> base,
                                                 std::span<const std::string> fields);

}  // namespace weir::gateway::topics
