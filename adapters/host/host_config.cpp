#include "adapters/host/host_config.hpp"

#include "adapters/common/config_reader.hpp"

namespace weir::adapters::host {

HostConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  HostConfig config;
  config.interval = std::chrono::milliseconds(
      reader.integer("interval_ms", {100, 60'000}, config.interval.count()));
  config.on_demand = reader.flag("on_demand", config.on_demand);
  if (const auto proc = reader.text("proc")) config.paths.proc = *proc;
  if (const auto sys = reader.text("sys")) config.paths.sys = *sys;
  reader.finish();
  return config;
}

}  // namespace weir::adapters::host
