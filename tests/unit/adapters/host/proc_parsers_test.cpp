#include "adapters/host/proc_parsers.hpp"

#include "tests/unit/adapters/host/recorded_proc.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::host {

using namespace tests;

TEST_CASE("CPU times: busy is all but idle and waiting, guests are not counted twice") {
  const auto cpu = parse_stat(recorded_stat);
  REQUIRE(cpu);
  CHECK(cpu->all.busy == 8000 + 100 + 1500 + 80 + 20);
  CHECK(cpu->all.total == 8000 + 100 + 1500 + 20000 + 300 + 80 + 20);
  REQUIRE(cpu->cores.size() == 2);
  CHECK(cpu->cores.at(1).busy == 4000 + 50 + 800 + 20 + 10);
}

TEST_CASE("cores that are offline leave a hole, and old kernels have fewer columns") {
  const auto cpu = parse_stat("cpu  10 0 10 80\ncpu0 5 0 5 40\ncpu3 5 0 5 40\n");
  REQUIRE(cpu);
  CHECK(cpu->all.busy == 20);
  CHECK(cpu->all.total == 100);
  CHECK(cpu->cores.contains(3));
  CHECK_FALSE(cpu->cores.contains(1));
}

TEST_CASE("memory, load and uptime") {
  const auto memory = parse_meminfo(recorded_meminfo);
  REQUIRE(memory);
  CHECK(memory->total_bytes == 24684084ULL * 1024);
  CHECK(memory->available_bytes == 22211116ULL * 1024);
  CHECK(memory->swap_free_bytes == 750000ULL * 1024);
  const auto old =
      parse_meminfo("MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB\n");
  REQUIRE(old);
  CHECK(old->available_bytes == 35ULL * 1024);
  const auto load = parse_loadavg(recorded_loadavg);
  REQUIRE(load);
  CHECK(load->one == doctest::Approx(0.42));
  CHECK(load->fifteen == doctest::Approx(1.3));
  CHECK(load->running == 2);
  CHECK(load->tasks == 345);
  CHECK(parse_uptime(recorded_uptime) == doctest::Approx(3016.44));
}

TEST_CASE("interfaces, also where the numbers touch the colon, and aliases") {
  const auto networks = parse_net_dev(recorded_net_dev);
  CHECK(networks.size() == 4);
  const Network& eth0 = networks.at("eth0");
  CHECK(eth0.rx_bytes == 460541280);
  CHECK(eth0.rx_packets == 12103);
  CHECK(eth0.rx_faults == 3);
  CHECK(eth0.tx_bytes == 802444);
  CHECK(eth0.tx_packets == 8278);
  CHECK(eth0.tx_faults == 7);
  CHECK(networks.at("eth0:1").tx_bytes == 6);
}

TEST_CASE("disks count in sectors of 512 bytes") {
  const auto disks = parse_diskstats(recorded_diskstats);
  CHECK(disks.size() == 5);
  const Disk& vda = disks.at("vda");
  CHECK(vda.reads == 61102);
  CHECK(vda.read_bytes == 6114066ULL * 512);
  CHECK(vda.writes == 73172);
  CHECK(vda.written_bytes == 21077848ULL * 512);
  CHECK(vda.busy_ms == 29456);
}

TEST_CASE("what is cut off or garbled is left out, never misread as something else") {
  for (const char* text :
       {"", "\n", "cpu", "cpu \n", "cpu  1 2 3\n", "intr 1 2 3 4 5\n", "garbage"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_stat(text));
  }
  CHECK_FALSE(parse_meminfo("MemFree: 1 kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal: many kB\n"));
  CHECK_FALSE(parse_loadavg("0.1 0.2\n"));
  CHECK(parse_loadavg("0.1 0.2 0.3\n"));
  CHECK_FALSE(parse_uptime("soon\n"));
  CHECK(parse_net_dev("eth0: 1 2 3\n: 1 2 3 4 5 6 7 8 9 10 11 12\n").empty());
  CHECK(parse_diskstats("8 0 sda 1 2 3\nx y sda 1 2 3 4 5 6 7 8 9 10\n").empty());
  for (const auto text : {recorded_stat,
                          recorded_meminfo,
                          recorded_loadavg,
                          recorded_uptime,
                          recorded_net_dev,
                          recorded_diskstats}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::string cut(text.substr(0, size));
      static_cast<void>(parse_stat(cut));
      static_cast<void>(parse_meminfo(cut));
      static_cast<void>(parse_loadavg(cut));
      static_cast<void>(parse_uptime(cut));
      static_cast<void>(parse_net_dev(cut));
      static_cast<void>(parse_diskstats(cut));
    }
  }
}

}  // namespace weir::adapters::host
