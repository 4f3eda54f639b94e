#pragma once

#include "adapters/host/sampler.hpp"

#include <chrono>
#include <string_view>

namespace weir::adapters::host {

/// The adapter's own keys; README.md explains them.
struct HostConfig {
  std::chrono::milliseconds interval{1000};
  bool on_demand = false;
  KernelPaths paths;
};

/// Errors: abi::Failure - names the key and what was expected.
[[nodiscard]] HostConfig parse_config(std::string_view json);

}  // namespace weir::adapters::host
