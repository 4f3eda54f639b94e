#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::config {

/// Reads "512", "64KiB", "1MiB" or "2GiB" as bytes; nullopt where it is none of these, or too much
/// for 63 bits.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);

/// The shortest way to write a count of bytes: "64KiB", or "1000" where no unit divides it.
[[nodiscard]] std::string size_text(std::int64_t bytes);

}  // namespace weir::gateway::config
