#include "tests/bench/load/process_usage.hpp"

#include <ctime>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weir::tests::bench {

namespace {

std::ifstream open_proc(pid_t process, const char* name) {
  std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
  if (!file) throw std::runtime_error("process " + std::to_string(process) + " has ended");
  return file;
}

/// A server may be a master and its workers.
std::uint64_t with_children(pid_t process, std::uint64_t (*figure)(pid_t)) {
  std::uint64_t sum = figure(process);
  const std::string main_thread = "task/" + std::to_string(process) + "/children";
  auto children = open_proc(process, main_thread.c_str());
  for (pid_t child = 0; children >> child;) sum += with_children(child, figure);
  return sum;
}

/// By the process's own clock: `/proc/PID/stat` has steps of 10 ms.
std::uint64_t own_cpu_us(pid_t process) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
    throw std::runtime_error("process " + std::to_string(process) + " has ended");
  }
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(used.tv_nsec) / 1000;
}

/// Of a line such as `Pss:   123 kB`.
std::uint64_t kib_line(pid_t process, const char* name, std::string_view wanted) {
  auto file = open_proc(process, name);
  for (std::string word; file >> word;
       file.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    std::uint64_t kib = 0;
    if (word == wanted && file >> kib) return kib * 1024;
  }
  throw std::runtime_error("/proc/PID/" + std::string(name) + ": no " + std::string(wanted));
}

std::uint64_t own_pss_bytes(pid_t process) {
  return kib_line(process, "smaps_rollup", "Pss:");
}

std::uint64_t own_rss_peak_bytes(pid_t process) {
  return kib_line(process, "status", "VmHWM:");
}

}  // namespace

std::uint64_t cpu_us(pid_t process) {
  return with_children(process, own_cpu_us);
}

std::uint64_t pss_bytes(pid_t process) {
  return with_children(process, own_pss_bytes);
}

std::uint64_t rss_peak_bytes(pid_t process) {
  return with_children(process, own_rss_peak_bytes);
}

}  // namespace weir::tests::bench
