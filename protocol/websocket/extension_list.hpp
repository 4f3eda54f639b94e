#pragma once

#include "protocol/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::websocket {

/// `name`, `name=value` or `name="value"`.
struct ExtensionParameter {
  std::string_view name{};
  std::optional<std::string> value{};  ///< without quotes and backslashes
};

/// One offer or answer of a Sec-WebSocket-Extensions header. Views into the header's value.
struct Extension {
  std::string_view name{};
  std::vector<ExtensionParameter> parameters{};
};

inline constexpr std::size_t extensions_max = 16;            ///< in one header
inline constexpr std::size_t extension_parameters_max = 16;  ///< of one extension

/// Reads the value of Sec-WebSocket-Extensions; several headers are joined with commas.
/// Errors: a sentence for the refusal - not of the grammar (the handshake must then fail), or more
///         than `extensions_max` or `extension_parameters_max`.
/// Source: RFC 6455, 9.1.
[[nodiscard]] Result<std::vector<Extension>, std::string_view> parse_extensions(
    std::string_view header);

}  // namespace weir::protocol::websocket
