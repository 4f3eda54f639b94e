#pragma once

#include "gateway/app/app.hpp"
#include "gateway/config/config.hpp"
#include "gateway/core/log.hpp"

#include <filesystem>

namespace weir::gateway::app {

/// Reads the configuration again while the gateway runs: all of it takes effect, or nothing does.
/// Used by the thread that starts and stops the app.
class Reloader {
public:
  /// `running`: as it was read from the file at the start. App and log outlive it.
  Reloader(std::filesystem::path file, config::Config running, App& app, Log& log)
      : file_(std::move(file)), running_(std::move(running)), app_(app), log_(log) {}

  /// Logs what has changed, or why nothing has: mistakes, or keys that take a restart.
  void reload();

private:
  std::filesystem::path file_;
  config::Config running_;
  App& app_;
  Log& log_;
};

}  // namespace weir::gateway::app
