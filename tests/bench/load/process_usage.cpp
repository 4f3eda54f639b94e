#include "tests/bench/load/process_usage.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace weir::tests::bench {

namespace {

std::ifstream open_proc(pid_t process, const char* name) {
  std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
  if (!file) throw std::runtime_error("process " + std::to_string(process) + " has ended");
  return file;
}

}  // namespace

std::uint64_t cpu_us(pid_t process) {
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

std::uint64_t pss_bytes(pid_t process) {
  auto file = open_proc(process, "smaps_rollup");
  for (std::string word; file >> word;
       file.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    std::uint64_t kib = 0;
    if (word == "Pss:" && file >> kib) return kib * 1024;
  }
  throw std::runtime_error("/proc/PID/smaps_rollup: no Pss");
}

}  // namespace weir::tests::bench
