#pragma once

#include "gateway/app/client_context.hpp"
#include "gateway/http/message.hpp"
#include "gateway/net/exchange.hpp"

namespace weir::gateway::app {

/// Where GET gets Server-Sent Events.
inline constexpr const char* events_path = "/v1/events";

/// Answers a request on a client port that is neither an upgrade nor for an event stream: what is
/// below /v1/, and the built-in pages.
[[nodiscard]] net::Answer respond_to_client(const http::Request& request,
                                            net::ExchangePort& connection,
                                            const ClientContext& context);

}  // namespace weir::gateway::app
