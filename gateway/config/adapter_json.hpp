#pragma once

#include "gateway/config/value_type.hpp"

#include <span>
#include <string>

namespace weir::gateway::config {

/// What an adapter is configured with, as one JSON object.
/// Errors: adds a fault for each value that JSON cannot hold: dates, infinities.
[[nodiscard]] std::string to_json(std::span<const Member* const> members, Faults& faults);

/// A table with any keys; its value is the JSON object.
[[nodiscard]] ValueType<std::string> any_table();

}  // namespace weir::gateway::config
