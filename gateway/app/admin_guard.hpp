#pragma once

#include "gateway/http/message.hpp"

#include <optional>

namespace weir::gateway::app {

/// What answers a request that would change something and that a page of another site might have
/// sent: `Content-Type: application/json` is needed, and an Origin that is sent must be the admin
/// port's own. nullopt: it may go on.
[[nodiscard]] std::optional<http::Response> refuse_write(const http::Request& request);

}  // namespace weir::gateway::app
