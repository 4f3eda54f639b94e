#pragma once

#include "gateway/http/message.hpp"

namespace weir::gateway::app {

/// Answers a request on a client port that is no upgrade: the built-in pages.
[[nodiscard]] http::Response respond_to_client(const http::Request& request);

}  // namespace weir::gateway::app
