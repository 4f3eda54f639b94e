#include "adapters/host/sampler.hpp"

#include "adapters/host/proc_parsers.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace weir::adapters::host {

namespace {

namespace fs = std::filesystem;

/// Empty if it cannot be read.
std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool is_memory(const std::string& device) {
  return device.starts_with("loop") || device.starts_with("ram") || device.starts_with("zram");
}

/// /sys/block names a disk like cciss!c0d0 with '!' where /proc/diskstats has '/'.
fs::path block_entry(const fs::path& block, std::string device) {
  for (char& c : device) {
    if (c == '/') c = '!';
  }
  return block / device;
}

}  // namespace

Sample take_sample(const KernelPaths& paths, std::chrono::steady_clock::time_point now) {
  Sample sample;
  sample.at = now;
  sample.cpu = parse_stat(text_of(paths.proc / "stat"));
  sample.memory = parse_meminfo(text_of(paths.proc / "meminfo"));
  sample.load = parse_loadavg(text_of(paths.proc / "loadavg"));
  sample.uptime_s = parse_uptime(text_of(paths.proc / "uptime"));
  sample.networks = parse_net_dev(text_of(paths.proc / "net" / "dev"));
  sample.disks = parse_diskstats(text_of(paths.proc / "diskstats"));
  const fs::path block = paths.sys / "block";
  std::error_code ignored;
  const bool has_block = fs::is_directory(block, ignored);
  std::erase_if(sample.disks, [&](const auto& disk) {
    return is_memory(disk.first) ||
           (has_block && !fs::exists(block_entry(block, disk.first), ignored));
  });
  return sample;
}

bool is_empty(const Sample& sample) {
  return !sample.cpu && !sample.memory && !sample.load && !sample.uptime_s &&
         sample.networks.empty() && sample.disks.empty();
}

}  // namespace weir::adapters::host
