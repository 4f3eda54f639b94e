#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace weir::adapters::host {

/// Clock ticks since boot.
struct CpuTimes {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;  ///< busy and idle
};

struct Cpu {
  CpuTimes all;
  std::map<unsigned, CpuTimes> cores;  ///< by number; those that are offline are not there
};

struct Memory {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  ///< what programs could still get
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_free_bytes = 0;
};

struct Load {
  double one = 0;
  double five = 0;
  double fifteen = 0;
  std::uint64_t running = 0;
  std::uint64_t tasks = 0;
};

/// Since boot.
struct Network {
  std::uint64_t rx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t rx_faults = 0;  ///< errors and drops
  std::uint64_t tx_bytes = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t tx_faults = 0;
};

/// Since boot.
struct Disk {
  std::uint64_t reads = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t writes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t busy_ms = 0;
};

/// What the kernel said at one moment. What it did not say, or what could not be read, is absent.
struct Sample {
  std::chrono::steady_clock::time_point at;
  std::optional<Cpu> cpu;
  std::optional<Memory> memory;
  std::optional<Load> load;
  std::optional<double> uptime_s;
  std::map<std::string, Network> networks;  ///< by interface
  std::map<std::string, Disk> disks;        ///< by device, whole ones
};

}  // namespace weir::adapters::host
