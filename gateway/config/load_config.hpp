#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/config_mistake.hpp"
#include "gateway/config/environment.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::config {

/// What a configuration is made from.
struct ConfigSource {
  std::string file;                                 ///< its name, for messages
  std::string_view text;                            ///< what it holds
  Environment environment;                          ///< goes over the file
  std::span<const std::string_view> adapter_types;  ///< built in; empty: `type` is not checked
};

/// A configuration, or everything that is wrong with it.
struct ConfigResult {
  std::string file;
  std::optional<Config> config;         ///< only where there are no mistakes
  std::vector<ConfigMistake> mistakes;  ///< in the order of the file, then the variables
  std::vector<ConfigMistake> warnings;  ///< allowed, and probably not meant
};

/// Reads, completes with defaults and checks a configuration. Never reads a file or the environment
/// by itself.
/// Errors: every mistake that there is; behind text that is not TOML, only that.
[[nodiscard]] ConfigResult load_config(const ConfigSource& source);

/// What `weir check` prints: a line for each mistake and warning, and one that sums up.
[[nodiscard]] std::string to_report(const ConfigResult& result);

}  // namespace weir::gateway::config
