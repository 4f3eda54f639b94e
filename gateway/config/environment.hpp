#pragma once

#include "gateway/config/section_reader.hpp"

#include <map>
#include <string>

namespace weir::gateway::config {

/// Environment variables by name; only those that begin with `WEIR_` are looked at.
using Environment = std::map<std::string, std::string, std::less<>>;

/// Puts the values of `WEIR_SECTION_KEY` variables over those of the file.
/// Shape:  scalars of sections that may stand once; `root` is a table. A value that cannot be of
///         its key's type stays text, so that reading the section says what was expected.
/// Errors: a variable of a known section that names no such key. Others may belong to somebody
///         else, as those do that Kubernetes makes for a service called "weir"; they are left
///         alone.
void apply_environment(const Environment& environment, Node& root, Mistakes& mistakes);

}  // namespace weir::gateway::config
