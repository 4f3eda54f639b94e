#pragma once

#include "protocol/core/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace weir::adapters::common {

/// A whole file of at most 1 MiB: keys, certificates, secrets.
/// Errors: why it cannot be read, for a person; the caller names the file.
[[nodiscard]] protocol::Result<std::string, std::string> read_small_file(
    const std::filesystem::path& file);

/// A secret from a file: without the line break that editors put at its end.
[[nodiscard]] std::string_view without_line_break(std::string_view text);

}  // namespace weir::adapters::common
