#pragma once

#include "adapters/host/sample.hpp"

#include <filesystem>

namespace weir::adapters::host {

/// Where the kernel shows itself; elsewhere in a container that sees its host's.
struct KernelPaths {
  std::filesystem::path proc = "/proc";
  std::filesystem::path sys = "/sys";
};

/// Reads everything once. Disks are those of /sys/block but for loop and RAM disks; without that
/// folder, all of /proc/diskstats.
[[nodiscard]] Sample take_sample(const KernelPaths& paths,
                                 std::chrono::steady_clock::time_point now);

/// Whether it has anything at all.
[[nodiscard]] bool is_empty(const Sample& sample);

}  // namespace weir::adapters::host
