#include "adapters/host/proc_parsers.hpp"

#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace weir::adapters::host {

namespace {

constexpr std::uint64_t kibibyte = 1024;
constexpr std::uint64_t sector_bytes = 512;  // of /proc/diskstats, whatever the device's own

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  const auto begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) {
    line = {};
    return {};
  }
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const char* const begin = text.data();  // NOLINT(bugprone-suspicious-*): `end` bounds it
  const char* const end = begin + text.size();
  const auto [at, fault] = std::from_chars(begin, end, number);
  if (fault != std::errc() || at != end) return std::nullopt;
  return number;
}

/// The numbers of a line, up to the first word that is none.
std::vector<std::uint64_t> numbers_of(std::string_view line) {
  std::vector<std::uint64_t> numbers;
  for (;;) {
    const auto number = number_of<std::uint64_t>(take_word(line));
    if (!number) return numbers;
    numbers.push_back(*number);
  }
}

/// user nice system idle iowait irq softirq steal; guest is in user already.
std::optional<CpuTimes> times_of(std::span<const std::uint64_t> numbers) {
  constexpr std::size_t idle = 3;
  constexpr std::size_t io_wait = 4;
  constexpr std::size_t last = 7;
  if (numbers.size() <= idle) return std::nullopt;
  CpuTimes times;
  for (std::size_t i = 0; i < numbers.size() && i <= last; ++i) {
    times.total += numbers[i];
    if (i != idle && i != io_wait) times.busy += numbers[i];
  }
  return times;
}

}  // namespace

std::optional<Cpu> parse_stat(std::string_view text) {
  Cpu cpu;
  bool has_all = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    std::string_view name = take_word(line);
    if (!name.starts_with("cpu")) break;  // they come first
    const auto times = times_of(numbers_of(line));
    if (!times) continue;
    name.remove_prefix(3);
    const auto number = number_of<unsigned>(name);
    if (number) {
      cpu.cores[*number] = *times;
    } else if (name.empty()) {
      cpu.all = *times;
      has_all = true;
    }
  }
  return has_all ? std::optional(std::move(cpu)) : std::nullopt;
}

std::optional<Memory> parse_meminfo(std::string_view text) {
  std::map<std::string_view, std::uint64_t> bytes;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view name = take_word(line);
    const auto number = number_of<std::uint64_t>(take_word(line));
    if (number) bytes[name] = *number * kibibyte;
  }
  if (!bytes.contains("MemTotal:")) return std::nullopt;
  Memory memory;
  memory.total_bytes = bytes["MemTotal:"];
  memory.available_bytes = bytes.contains("MemAvailable:")
                               ? bytes["MemAvailable:"]
                               : bytes["MemFree:"] + bytes["Buffers:"] + bytes["Cached:"];
  memory.swap_total_bytes = bytes["SwapTotal:"];
  memory.swap_free_bytes = bytes["SwapFree:"];
  return memory;
}

std::optional<Load> parse_loadavg(std::string_view text) {
  std::string_view line = take_line(text);
  const auto one = number_of<double>(take_word(line));
  const auto five = number_of<double>(take_word(line));
  const auto fifteen = number_of<double>(take_word(line));
  if (!one || !five || !fifteen) return std::nullopt;
  Load load{*one, *five, *fifteen, 0, 0};
  const std::string_view tasks = take_word(line);  // running/all
  const auto slash = tasks.find('/');
  if (slash == std::string_view::npos) return load;
  load.running = number_of<std::uint64_t>(tasks.substr(0, slash)).value_or(0);
  load.tasks = number_of<std::uint64_t>(tasks.substr(slash + 1)).value_or(0);
  return load;
}

std::optional<double> parse_uptime(std::string_view text) {
  std::string_view line = take_line(text);
  return number_of<double>(take_word(line));
}

std::map<std::string, Network> parse_net_dev(std::string_view text) {
  // rx: bytes packets errs drop fifo frame compressed multicast, tx: the same but for two names
  constexpr std::size_t tx = 8;
  constexpr std::size_t count = 12;
  std::map<std::string, Network> networks;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto colon = line.rfind(':');  // an alias has one in its name
    if (colon == std::string_view::npos) continue;
    std::string_view before = line.substr(0, colon);
    const std::string_view name = take_word(before);
    const auto numbers = numbers_of(line.substr(colon + 1));
    if (name.empty() || numbers.size() < count) continue;
    networks[std::string(name)] = {.rx_bytes = numbers[0],
                                   .rx_packets = numbers[1],
                                   .rx_faults = numbers[2] + numbers[3],
                                   .tx_bytes = numbers[tx],
                                   .tx_packets = numbers[tx + 1],
                                   .tx_faults = numbers[tx + 2] + numbers[tx + 3]};
  }
  return networks;
}

std::map<std::string, Disk> parse_diskstats(std::string_view text) {
  // reads, merged, sectors, ms; writes, merged, sectors, ms; in flight, ms busy
  constexpr std::size_t count = 10;
  std::map<std::string, Disk> disks;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const bool has_numbers = number_of<unsigned>(take_word(line)).has_value() &&
                             number_of<unsigned>(take_word(line)).has_value();
    const std::string_view name = take_word(line);
    const auto numbers = numbers_of(line);
    if (!has_numbers || name.empty() || numbers.size() < count) continue;
    disks[std::string(name)] = {.reads = numbers[0],
                                .read_bytes = numbers[2] * sector_bytes,
                                .writes = numbers[4],
                                .written_bytes = numbers[6] * sector_bytes,
                                .busy_ms = numbers[9]};
  }
  return disks;
}

}  // namespace weir::adapters::host
