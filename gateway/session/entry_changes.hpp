#pragma once

#include "protocol/core/entry.hpp"
#include "protocol/core/event.hpp"

#include <optional>

namespace weir::gateway::session {

/// One entry of a record or table as the change that it makes to the state of the entry before.
/// Shape:  none: everything is removed. Views into `entry`.
/// Source: SPEC.md, "Records" and "Tables".
[[nodiscard]] std::optional<protocol::StateChanges> changes_of(const protocol::Entry& entry,
                                                               protocol::Kind kind);

}  // namespace weir::gateway::session
