#include "tests/bench/load/process_usage.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

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

std::uint64_t own_cpu_us(pid_t process) {
  auto file = open_proc(process, "stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // the name, in parentheses, may hold blanks; utime and stime are fields 14 and 15
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  if (!(fields >> user_ticks >> system_ticks)) throw std::runtime_error("/proc/PID/stat: no times");
  const auto ticks_per_s = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return (user_ticks + system_ticks) * 1'000'000 / ticks_per_s;
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
