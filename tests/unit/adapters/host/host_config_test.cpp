#include "adapters/host/host_config.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::host {

TEST_CASE("the defaults fit most machines, and each key can be set") {
  const HostConfig defaults = parse_config("{}");
  CHECK(defaults.interval == std::chrono::milliseconds(1000));
  CHECK_FALSE(defaults.on_demand);
  CHECK(defaults.paths.proc == "/proc");
  const HostConfig config =
      parse_config(R"({"interval_ms":100,"on_demand":true,"proc":"/host/proc","sys":"/host/sys"})");
  CHECK(config.interval == std::chrono::milliseconds(100));
  CHECK(config.on_demand);
  CHECK(config.paths.proc == "/host/proc");
  CHECK(config.paths.sys == "/host/sys");
}

TEST_CASE("the interval has its limits") {
  CHECK(parse_config(R"({"interval_ms":60000})").interval == std::chrono::minutes(1));
  CHECK_THROWS_AS((void)parse_config(R"({"interval_ms":99})"), abi::Failure);
  CHECK_THROWS_AS((void)parse_config(R"({"interval_ms":60001})"), abi::Failure);
  CHECK_THROWS_AS((void)parse_config(R"({"interval":1000})"), abi::Failure);
}

}  // namespace weir::adapters::host
