#pragma once

#include "gateway/config/node.hpp"
#include "protocol/core/result.hpp"

#include <string_view>

namespace weir::gateway::config {

/// Parses TOML 1.0 into a table of nodes, in the order of the file.
/// Errors: the first place where the text is not TOML; there is no sense in reading on behind it.
[[nodiscard]] protocol::Result<Node, ConfigMistake> read_toml(std::string_view text);

}  // namespace weir::gateway::config
