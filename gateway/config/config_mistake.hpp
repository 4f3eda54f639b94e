#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace weir::gateway::config {

/// Where a key or value was said: in the file, or in an environment variable.
struct Place {
  std::uint32_t line = 0;    ///< from 1; 0: nowhere in particular
  std::uint32_t column = 0;  ///< from 1
  std::string variable;      ///< not empty: in this environment variable
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// One thing that is wrong in a configuration.
struct ConfigMistake {
  Place place;
  std::string key;       ///< "listen.port"
  std::string what;      ///< "is 70000"
  std::string expected;  ///< "expected an integer from 0 to 65535"
};

/// One line for the operator.
/// Shape:  `weir.toml:12:8: listen.port: is 70000; expected an integer from 0 to 65535`, or with
///         the variable's name where file, line and column would stand.
[[nodiscard]] std::string to_text(const ConfigMistake& mistake, const std::string& file);

}  // namespace weir::gateway::config
