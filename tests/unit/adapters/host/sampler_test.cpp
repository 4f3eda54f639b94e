#include "adapters/host/sampler.hpp"

#include "tests/unit/adapters/host/recorded_proc.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace weir::adapters::host {

TEST_CASE("a sample has all that the kernel says, and whole real disks only") {
  const tests::RecordedKernel kernel;
  const Sample sample = take_sample({kernel.proc(), kernel.sys()}, {});
  CHECK_FALSE(is_empty(sample));
  CHECK(sample.cpu);
  CHECK(sample.memory);
  CHECK(sample.load);
  CHECK(sample.uptime_s);
  CHECK(sample.networks.size() == 4);
  CHECK(sample.disks.size() == 2);
  CHECK(sample.disks.contains("vda"));
  CHECK(sample.disks.contains("cciss/c0d0"));
}

TEST_CASE("files that are missing leave their part out") {
  const tests::RecordedKernel kernel;
  std::filesystem::remove_all(kernel.sys());
  CHECK(take_sample({kernel.proc(), kernel.sys()}, {}).disks.size() == 3);  // with the partition
  std::filesystem::remove(kernel.proc() / "stat");
  std::filesystem::remove(kernel.proc() / "diskstats");
  const Sample sample = take_sample({kernel.proc(), kernel.sys()}, {});
  CHECK_FALSE(sample.cpu);
  CHECK(sample.disks.empty());
  CHECK(sample.memory);
  CHECK(is_empty(take_sample({"/nowhere", "/nowhere"}, {})));
}

TEST_CASE("this machine's own kernel can be read") {
  const Sample sample = take_sample({}, {});
  REQUIRE(sample.cpu);
  CHECK_FALSE(sample.cpu->cores.empty());
  CHECK(sample.memory);
  CHECK(sample.load);
}

}  // namespace weir::adapters::host
