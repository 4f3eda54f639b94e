#include "adapters/replay/replay_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

namespace weir::adapters::replay {

ReplayConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  ReplayConfig config;
  config.file = reader.text("file").value_or("");
  config.speed = reader.number("speed", {0, 1'000'000}, config.speed);
  config.loop = reader.flag("loop", config.loop);
  reader.finish();
  if (config.file.empty())
    throw abi::Failure("the key 'file' is needed, e.g. file = \"/var/lib/weir/monday.ndjson\"");
  return config;
}

}  // namespace weir::adapters::replay
