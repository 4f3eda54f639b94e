#pragma once

#include "gateway/http/cross_origin.hpp"
#include "gateway/http/message.hpp"
#include "gateway/session/authenticator.hpp"
#include "gateway/session/bearer.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

// What all resources below /v1/ have in common.

/// The response to a request that goes no further: from a page that may not use the gateway, for
/// OPTIONS, with a method that the resource does not take. nullopt: it may go on.
/// Shape:  `policy.methods` has GET where the resource answers HEAD.
[[nodiscard]] std::optional<http::Response> answer_early(const http::Request& request,
                                                         const http::CrossOriginPolicy& policy);

/// The token that a request shows: in Authorization, else in the cookie of this name. Empty: none.
[[nodiscard]] std::string_view find_token(const http::Request& request, std::string_view cookie);

/// Lets in the bearer of a request's certificate or token, or an anonymous client where it shows
/// neither. Errors: bad_token, token_expired; forbidden - the two are for different subjects.
[[nodiscard]] protocol::Result<session::Bearer> admit(const session::Authenticator& authenticator,
                                                      const http::Request& request,
                                                      std::string_view cookie,
                                                      std::int64_t unix_ms);

/// The response with more headers.
[[nodiscard]] http::Response with_headers(http::Response response,
                                          std::span<const http::Header> headers);

}  // namespace weir::gateway::app
