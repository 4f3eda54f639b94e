#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::http {

/// Decodes %XX. nullopt: a '%' without two hexadecimal digits, or an encoded NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// The decoded value of the first parameter with this name in `a=1&b=2`; "" for a name without '='.
/// nullopt: there is none, or it does not decode. '+' stands for itself.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view query,
                                                         std::string_view name);

}  // namespace weir::gateway::http
