#pragma once

#include "adapters/abi/plugin.hpp"

#include <span>

namespace weir::gateway::app {

/// The adapters that are part of this program.
[[nodiscard]] std::span<const adapters::abi::BuiltIn> built_ins();

}  // namespace weir::gateway::app
