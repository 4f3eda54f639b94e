#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace weir::tests {

// As kernel 6.1 wrote them on a machine with two cores, shortened.
inline constexpr std::string_view recorded_stat =
    "cpu  8000 100 1500 20000 300 0 80 20 40 0\n"
    "cpu0 4000 50 700 10000 150 0 60 10 20 0\n"
    "cpu1 4000 50 800 10000 150 0 20 10 20 0\n"
    "intr 13337 0 9 0\n"
    "ctxt 1990473\nbtime 1062191376\nprocesses 2915\nprocs_running 1\n";
inline constexpr std::string_view recorded_meminfo =
    "MemTotal:       24684084 kB\nMemFree:        19345636 kB\nMemAvailable:   22211116 kB\n"
    "Buffers:           29496 kB\nCached:          2995300 kB\nSwapCached:            0 kB\n"
    "SwapTotal:       1000000 kB\nSwapFree:         750000 kB\nHugePages_Total:       0\n";
inline constexpr std::string_view recorded_loadavg = "0.42 0.35 1.30 2/345 6789\n";
inline constexpr std::string_view recorded_uptime = "3016.44 1522.71\n";
inline constexpr std::string_view recorded_net_dev =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 4153646848 7401517    0    0    0     0          0         0 4153646848 7401517    0  "
    "  0    0     0       0          0\n"
    "  ifb0:       0       0    0    0    0     0          0         0        0       0    0    0  "
    "  0     0       0          0\n"
    "  eth0:460541280   12103    1    2    0     0          0         0   802444    8278    3    4 "
    "   0     0       0          0\n"
    "eth0:1: 5 1 0 0 0 0 0 0 6 2 0 0 0 0 0 0\n";
inline constexpr std::string_view recorded_diskstats =
    "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
    " 254       0 vda 61102 11921 6114066 42868 73172 63822 21077848 103809 0 29456 154474 19615 "
    "88 "
    "13763872 6400 4232 1396\n"
    " 254       1 vda1 61000 11921 6114000 42868 73172 63822 21077848 103809 0 29456 154474\n"
    " 104       0 cciss/c0d0 1 0 8 1 2 0 16 1 0 3 3\n"
    " 253       0 zram0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

/// A folder like /proc and one like /sys, to be changed by the test.
class RecordedKernel {
public:
  RecordedKernel() {
    write("stat", recorded_stat);
    write("meminfo", recorded_meminfo);
    write("loadavg", recorded_loadavg);
    write("uptime", recorded_uptime);
    write("net/dev", recorded_net_dev);
    write("diskstats", recorded_diskstats);
    for (const char* device : {"loop0", "vda", "cciss!c0d0", "zram0"})
      std::filesystem::create_directories(sys() / "block" / device);
  }

  [[nodiscard]] std::filesystem::path proc() const { return root_.path() / "proc"; }
  [[nodiscard]] std::filesystem::path sys() const { return root_.path() / "sys"; }

  /// Puts the file in its place at once, so that nobody reads half of it.
  void write(const std::string& name, std::string_view text) const {
    const auto file = proc() / name;
    std::filesystem::create_directories(file.parent_path());
    const auto fresh = file.string() + ".fresh";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, file);
  }

private:
  TemporaryFolder root_;
};

}  // namespace weir::tests
