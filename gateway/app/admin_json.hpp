#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/session_list.hpp"
#include "gateway/app/shard.hpp"
#include "gateway/http/message.hpp"

#include <string>
#include <vector>

namespace weir::gateway::app {

// What the admin port answers, as JSON objects with the list and `total`, the number of items that
// there are: a long list is cut.

[[nodiscard]] std::string to_json(const Listing<SessionInfo>& sessions);
[[nodiscard]] std::string to_json(const SessionInfo& session);
[[nodiscard]] std::string to_json(const Listing<TopicInfo>& topics);
[[nodiscard]] std::string to_json(const std::vector<AdapterInfo>& adapters);

[[nodiscard]] http::Response json_response(std::string body);
/// A shard has not answered in time.
[[nodiscard]] http::Response no_answer();

}  // namespace weir::gateway::app
