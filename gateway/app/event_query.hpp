#pragma once

#include "protocol/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// What a request for events asks for, as the requests of weir.v1.json that ask for the same.
struct EventRequests {
  std::string connect;                  ///< id 0
  std::vector<std::string> subscribes;  ///< ids 1, 2, 3...; at least one
  bool is_numbered = false;  ///< one exact topic: a position says how far its client has come
};

/// Reads `filter=quotes/%2B&delivery=latest&max_rate=5`: the options of `subscribe`, for all
/// filters, and those of `connect`. `last_event_id` is what a browser sends by itself when it comes
/// back; empty: none.
/// Errors: bad_request - a parameter that is not known or is there twice, no filter, a position
///         without one exact topic. What the values may be is the codec's to say.
/// Source: SPEC.md section 12.
[[nodiscard]] protocol::Result<EventRequests> read_event_query(std::string_view query,
                                                               std::string_view last_event_id);

}  // namespace weir::gateway::app
