#include "adapters/host/describe.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace weir::adapters::host {

namespace {

double difference(std::uint64_t before, std::uint64_t now) {
  return now > before ? static_cast<double>(now - before) : 0.0;
}

double percent_of(const CpuTimes& before, const CpuTimes& now) {
  const double total = difference(before.total, now.total);
  if (total <= 0) return 0;
  return std::min(100.0, 100.0 * difference(before.busy, now.busy) / total);
}

bool is_plain(char c) {
  constexpr std::string_view others = "-_.:@";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

/// A name of the kernel as one level of a topic.
std::string level_of(std::string_view name) {
  std::string level(name);
  std::ranges::replace_if(level, [](char c) { return !is_plain(c); }, '_');
  return level;
}

void add_cpu(const Cpu& before, const Cpu& now, std::vector<HostTopic>& out) {
  if (now.all.total <= before.all.total) return;  // no tick has passed
  std::string json =
      fmt::format(R"({{"percent":{:.1f},"cores":[)", percent_of(before.all, now.all));
  std::string_view separator;
  for (const auto& [number, times] : now.cores) {
    const auto at = before.cores.find(number);
    const double percent = at == before.cores.end() ? 0 : percent_of(at->second, times);
    fmt::format_to(std::back_inserter(json), "{}{:.1f}", separator, percent);
    separator = ",";
  }
  out.push_back({"host/cpu", json + "]}"});
}

void add_network(const std::string& name,
                 const Network& before,
                 const Network& now,
                 double seconds,
                 std::vector<HostTopic>& out) {
  if (now.rx_packets == 0 && now.tx_packets == 0) return;  // never used
  const auto rate = [seconds](std::uint64_t from, std::uint64_t to) {
    return difference(from, to) / seconds;
  };
  out.push_back(
      {"host/network/" + level_of(name),
       fmt::format(R"({{"rx_bytes_per_s":{:.0f},"tx_bytes_per_s":{:.0f},"rx_packets_per_s":{:.0f},)"
                   R"("tx_packets_per_s":{:.0f},"rx_bytes":{},"tx_bytes":{},"rx_faults":{},)"
                   R"("tx_faults":{}}})",
                   rate(before.rx_bytes, now.rx_bytes),
                   rate(before.tx_bytes, now.tx_bytes),
                   rate(before.rx_packets, now.rx_packets),
                   rate(before.tx_packets, now.tx_packets),
                   now.rx_bytes,
                   now.tx_bytes,
                   now.rx_faults,
                   now.tx_faults)});
}

void add_disk(const std::string& name,
              const Disk& before,
              const Disk& now,
              double seconds,
              std::vector<HostTopic>& out) {
  const auto rate = [seconds](std::uint64_t from, std::uint64_t to) {
    return difference(from, to) / seconds;
  };
  constexpr double ms_per_percent = 10;
  out.push_back(
      {"host/disk/" + level_of(name),
       fmt::format(R"({{"read_bytes_per_s":{:.0f},"write_bytes_per_s":{:.0f},"reads_per_s":{:.0f},)"
                   R"("writes_per_s":{:.0f},"busy_percent":{:.1f}}})",
                   rate(before.read_bytes, now.read_bytes),
                   rate(before.written_bytes, now.written_bytes),
                   rate(before.reads, now.reads),
                   rate(before.writes, now.writes),
                   std::min(100.0, rate(before.busy_ms, now.busy_ms) / ms_per_percent))});
}

std::string memory_json(const Memory& memory) {
  const std::uint64_t available = std::min(memory.available_bytes, memory.total_bytes);
  const std::uint64_t swap_free = std::min(memory.swap_free_bytes, memory.swap_total_bytes);
  return fmt::format(
      R"({{"used_bytes":{},"total_bytes":{},"available_bytes":{},"swap_used_bytes":{},)"
      R"("swap_total_bytes":{}}})",
      memory.total_bytes - available,
      memory.total_bytes,
      available,
      memory.swap_total_bytes - swap_free,
      memory.swap_total_bytes);
}

}  // namespace

std::vector<HostTopic> describe(const Sample& now) {
  std::vector<HostTopic> out;
  if (now.memory) out.push_back({"host/memory", memory_json(*now.memory)});
  if (now.load)
    out.push_back({"host/load",
                   fmt::format(R"({{"one":{:.2f},"five":{:.2f},"fifteen":{:.2f},"running":{},)"
                               R"("tasks":{}}})",
                               now.load->one,
                               now.load->five,
                               now.load->fifteen,
                               now.load->running,
                               now.load->tasks)});
  if (now.uptime_s)
    out.push_back({"host/uptime", fmt::format(R"({{"seconds":{:.0f}}})", *now.uptime_s)});
  return out;
}

std::vector<HostTopic> describe(const Sample& before, const Sample& now) {
  std::vector<HostTopic> out = describe(now);
  const double seconds = std::chrono::duration<double>(now.at - before.at).count();
  if (seconds <= 0) return out;
  if (before.cpu && now.cpu) add_cpu(*before.cpu, *now.cpu, out);
  for (const auto& [name, network] : now.networks) {
    const auto at = before.networks.find(name);
    if (at != before.networks.end()) add_network(name, at->second, network, seconds, out);
  }
  for (const auto& [name, disk] : now.disks) {
    const auto at = before.disks.find(name);
    if (at != before.disks.end()) add_disk(name, at->second, disk, seconds, out);
  }
  return out;
}

}  // namespace weir::adapters::host
