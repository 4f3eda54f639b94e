#include "adapters/host/describe.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace weir::adapters::host {
namespace {

using Topics = std::map<std::string, std::string>;

Topics by_name(const std::vector<HostTopic>& topics) {
  Topics named;
  for (const HostTopic& topic : topics) {
    CHECK(nlohmann::json::accept(topic.json));
    CHECK(named.emplace(topic.topic, topic.json).second);
  }
  return named;
}

Sample sample_at(std::int64_t ms) {
  Sample sample;
  sample.at = std::chrono::steady_clock::time_point(std::chrono::milliseconds(ms));
  return sample;
}

}  // namespace

TEST_CASE("CPU use is the busy share of the ticks between two samples") {
  Sample before = sample_at(0);
  before.cpu = Cpu{{100, 1000}, {{0, {50, 500}}, {1, {50, 500}}}};
  Sample now = sample_at(1000);
  now.cpu = Cpu{{150, 1200}, {{0, {150, 600}}, {1, {50, 600}}, {2, {5, 10}}}};
  CHECK(by_name(describe(before, now))["host/cpu"] ==
        R"({"percent":25.0,"cores":[100.0,0.0,0.0]})");
  CHECK(describe(before, before).empty());
}

TEST_CASE("rates are per second, whatever time has passed, and never negative") {
  Sample before = sample_at(0);
  before.networks["eth0"] = {1000, 10, 0, 2000, 20, 0};
  before.disks["sda"] = {100, 4096, 10, 8192, 1000};
  Sample now = sample_at(2500);
  now.networks["eth0"] = {6000, 15, 3, 1000, 45, 4};  // tx was reset
  now.disks["sda"] = {105, 14096, 20, 8192, 3000};
  const auto topics = by_name(describe(before, now));
  CHECK(topics.at("host/network/eth0") ==
        R"({"rx_bytes_per_s":2000,"tx_bytes_per_s":0,"rx_packets_per_s":2,"tx_packets_per_s":10,)"
        R"("rx_bytes":6000,"tx_bytes":1000,"rx_faults":3,"tx_faults":4})");
  CHECK(topics.at("host/disk/sda") ==
        R"({"read_bytes_per_s":4000,"write_bytes_per_s":0,"reads_per_s":2,"writes_per_s":4,)"
        R"("busy_percent":80.0})");
}

TEST_CASE("memory, load and uptime need one sample") {
  Sample now = sample_at(0);
  now.memory = Memory{1000, 400, 100, 30};
  now.load = Load{0.42, 1, 2.125, 3, 400};
  now.uptime_s = 3016.44;
  const auto topics = by_name(describe(now));
  CHECK(topics.size() == 3);
  CHECK(topics.at("host/memory") == R"({"used_bytes":600,"total_bytes":1000,"available_bytes":400,)"
                                    R"("swap_used_bytes":70,"swap_total_bytes":100})");
  CHECK(topics.at("host/load") ==
        R"({"one":0.42,"five":1.00,"fifteen":2.12,"running":3,"tasks":400})");
  CHECK(topics.at("host/uptime") == R"({"seconds":3016})");
}

TEST_CASE("numbers that do not fit each other stay in their bounds") {
  Sample now = sample_at(0);
  now.memory = Memory{100, 900, 10, 90};
  CHECK(by_name(describe(now))["host/memory"] ==
        R"({"used_bytes":0,"total_bytes":100,"available_bytes":100,"swap_used_bytes":0,)"
        R"("swap_total_bytes":10})");
  Sample before = sample_at(0);
  before.cpu = Cpu{{100, 1000}, {}};
  Sample later = sample_at(10);
  later.cpu = Cpu{{300, 1100}, {}};
  CHECK(by_name(describe(before, later))["host/cpu"] == R"({"percent":100.0,"cores":[]})");
}

TEST_CASE("devices that were not there before wait, those never used are not shown") {
  Sample before = sample_at(0);
  before.networks["ifb0"] = {};
  Sample now = sample_at(1000);
  now.networks["ifb0"] = {};
  now.networks["eth1"] = {1, 1, 0, 1, 1, 0};
  now.disks["sdb"] = {};
  CHECK(describe(before, now).empty());
}

TEST_CASE("a device's name becomes one level of a topic") {
  Sample before = sample_at(0);
  Sample now = sample_at(1000);
  for (const char* name : {"cciss/c0d0", "a+b#c", "$x", "br-0.12:1@y"}) {
    before.disks[name] = {};
    now.disks[name] = {};
  }
  const auto topics = by_name(describe(before, now));
  CHECK(topics.contains("host/disk/cciss_c0d0"));
  CHECK(topics.contains("host/disk/a_b_c"));
  CHECK(topics.contains("host/disk/_x"));
  CHECK(topics.contains("host/disk/br-0.12:1@y"));
}

}  // namespace weir::adapters::host
