#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/shard.hpp"

#include <string>
#include <vector>

namespace weir::gateway::app {

// What the admin port answers, as JSON objects with the list and `total`, the number of items that
// there are: a long list is cut.

[[nodiscard]] std::string to_json(const Listing<SessionInfo>& sessions);
[[nodiscard]] std::string to_json(const Listing<TopicInfo>& topics);
[[nodiscard]] std::string to_json(const std::vector<AdapterInfo>& adapters);

}  // namespace weir::gateway::app
