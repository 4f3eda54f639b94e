#pragma once

#include <string>
#include <string_view>

namespace weir::adapters::replay {

/// The adapter's own keys; README.md explains them.
struct ReplayConfig {
  std::string file;
  double speed = 1;  ///< recorded time by real time; 0: as fast as accepted
  bool loop = false;
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] ReplayConfig parse_config(std::string_view json);

}  // namespace weir::adapters::replay
