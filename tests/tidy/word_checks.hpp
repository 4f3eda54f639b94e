#pragma once

#include "tests/tidy/source_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::tidy {

enum class Comments : unsigned char { ignored, searched };

/// One row of banned.txt.
struct BannedWord {
  std::string word;
  std::vector<std::string> places;
  std::vector<std::string> exceptions;
  std::string instead;
  Comments comments = Comments::ignored;
};
[[nodiscard]] std::vector<BannedWord> parse_banned(std::string_view text);

/// No banned word stands as a whole word where it is banned.
[[nodiscard]] Violations check_banned(const SourceTree& tree, const std::vector<BannedWord>& words);
/// Every TODO names an issue: TODO(#12).
[[nodiscard]] Violations check_todos(const SourceTree& tree);

}  // namespace weir::tests::tidy
