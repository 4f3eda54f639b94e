#pragma once

#include "gateway/config/config.hpp"

#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::app {

/// An adapter of type "fake" as in the config.
inline config::AdapterConfig adapter_config(std::string name,
                                            std::vector<std::string> topics = {}) {
  config::AdapterConfig made;
  made.name = std::move(name);
  made.type = "fake";
  made.topics = std::move(topics);
  return made;
}

}  // namespace weir::gateway::app
