#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::tidy {

[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
[[nodiscard]] std::vector<std::string> columns_of(
    std::string_view line);  ///< split at '|', trimmed
/// The code with comments blanked out, line for line.
[[nodiscard]] std::string without_comments(std::string_view code);

}  // namespace weir::tests::tidy
