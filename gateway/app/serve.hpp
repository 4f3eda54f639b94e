#pragma once

#include <filesystem>
#include <string>

namespace weir::gateway::app {

/// What `weir serve` and `weir check` are asked to do.
struct ServeOptions {
  std::filesystem::path config_file;
  std::string version;  ///< of this program
};

/// Runs the gateway until a signal asks for its end. Returns the exit code.
/// Shape:  SIGHUP reads the configuration again (reloader.hpp).
///         SIGTERM and SIGINT drain, a second one does not wait any longer, a third one kills.
///         Addresses go to standard output, everything else to standard error.
[[nodiscard]] int serve(const ServeOptions& options);

/// Says everything that is wrong with a configuration, adapters' own keys included. Returns the
/// exit code: 1 where there are mistakes.
[[nodiscard]] int check(const ServeOptions& options);

}  // namespace weir::gateway::app
