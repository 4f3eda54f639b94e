#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::http {

/// Decodes %XX. nullopt: a '%' without two hexadecimal digits, or an encoded NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

struct Parameter {
  std::string name;
  std::string value;  ///< "" for a name without '='
};
/// All parameters of `a=1&b=2` in order, decoded; '+' stands for itself. nullopt: one does not
/// decode.
[[nodiscard]] std::optional<std::vector<Parameter>> read_query(std::string_view query);

/// The decoded value of the first parameter with this name in `a=1&b=2`; "" for a name without '='.
/// nullopt: there is none, or it does not decode. '+' stands for itself.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view query,
                                                         std::string_view name);

}  // namespace weir::gateway::http
