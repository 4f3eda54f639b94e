#pragma once

#include "gateway/app/tls_files.hpp"
#include "gateway/auth/key.hpp"
#include "gateway/config/load_config.hpp"

#include <filesystem>
#include <vector>

namespace weir::gateway::app {

/// A configuration with the token keys and certificates that it names.
struct LoadedConfig {
  config::ConfigResult result;  ///< with what is wrong with those among its mistakes
  // Only where there are no mistakes
  std::vector<auth::Key> token_keys;
  TlsContexts tls;
};

/// Reads a configuration file, the environment and the files that the configuration names.
/// Errors: std::system_error - the file cannot be read.
[[nodiscard]] LoadedConfig load_config_file(const std::filesystem::path& file);

/// Where relative paths in it begin.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& file);

}  // namespace weir::gateway::app
