#pragma once

#include "tests/tidy/source_tree.hpp"

namespace weir::tests::tidy {

inline constexpr std::size_t file_lines_max = 400;

/// No source file is longer than file_lines_max.
[[nodiscard]] Violations check_file_lengths(const SourceTree& tree);
/// Every .cpp of the pure layers is met by a test in the mirrored folder of tests/unit: one that
/// includes its header.
[[nodiscard]] Violations check_unit_tests(const SourceTree& tree);
/// The root holds what ARCHITECTURE.md names and nothing else.
[[nodiscard]] Violations check_top_level(const SourceTree& tree);
/// Every source file is named in a CMakeLists.txt of its folder or above.
[[nodiscard]] Violations check_listed_sources(const SourceTree& tree);
/// Headers begin with `#pragma once`; every file of the product opens the namespace of its folder.
[[nodiscard]] Violations check_namespaces(const SourceTree& tree);

}  // namespace weir::tests::tidy
