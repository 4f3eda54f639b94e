#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/section_reader.hpp"

namespace weir::gateway::config {

/// The tables of a section, whether it stands once or as a list.
[[nodiscard]] std::vector<const Node*> tables_of(const Node& root, std::string_view section);

/// What each key allows and all together do not: names and addresses used twice, limits that
/// contradict each other, an open admin port.
/// Shape:  `root` is what `config` was read from.
void check_together(const Config& config, const Node& root, Mistakes& mistakes);

}  // namespace weir::gateway::config
