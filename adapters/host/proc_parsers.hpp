#pragma once

#include "adapters/host/sample.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

// Texts of /proc, read line by line. What is missing or garbled is left out; nothing throws.
// Source: proc(5); Documentation/admin-guide/iostats.rst of the kernel.
namespace weir::adapters::host {

/// /proc/stat
[[nodiscard]] std::optional<Cpu> parse_stat(std::string_view text);
/// /proc/meminfo. Kernels before 3.14 do not say what is available: then free, buffers and cache.
[[nodiscard]] std::optional<Memory> parse_meminfo(std::string_view text);
/// /proc/loadavg
[[nodiscard]] std::optional<Load> parse_loadavg(std::string_view text);
/// /proc/uptime, in seconds
[[nodiscard]] std::optional<double> parse_uptime(std::string_view text);
/// /proc/net/dev
[[nodiscard]] std::map<std::string, Network> parse_net_dev(std::string_view text);
/// /proc/diskstats, partitions included
[[nodiscard]] std::map<std::string, Disk> parse_diskstats(std::string_view text);

}  // namespace weir::adapters::host
