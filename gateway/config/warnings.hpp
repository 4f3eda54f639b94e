#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/section_reader.hpp"

namespace weir::gateway::config {

/// What is allowed and probably not meant: rights for nobody, rules that are never reached.
/// Shape:  `config` has no mistakes; `root` is what it was read from.
[[nodiscard]] Mistakes find_warnings(const Config& config, const Node& root);

}  // namespace weir::gateway::config
