#pragma once

#include "tests/tidy/source_tree.hpp"

namespace weir::tests::tidy {

/// Every relative link of a Markdown file points to a file or folder that exists.
[[nodiscard]] Violations check_links(const SourceTree& tree);
/// The version in CMakeLists.txt is the one in every place that repeats it.
[[nodiscard]] Violations check_versions(const SourceTree& tree);
/// CONFIGURATION.md explains every limit of protocol/core/limits.hpp.
[[nodiscard]] Violations check_documented_limits(const SourceTree& tree);
/// The include table of ARCHITECTURE.md says what layers.txt says.
[[nodiscard]] Violations check_documented_layers(const SourceTree& tree);

}  // namespace weir::tests::tidy
