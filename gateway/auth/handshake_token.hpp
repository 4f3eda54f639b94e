#pragma once

#include <string_view>

namespace weir::gateway::auth {

/// The token among offered subprotocols, which is where a page can put it besides its first
/// message.
/// Shape:  `offered` is a Sec-WebSocket-Protocol header like
///         "weir.v1.json, weir.token.eyJhbGciOi..."; empty: none is in it.
[[nodiscard]] std::string_view find_offered_token(std::string_view offered);

/// The token of an Authorization header (RFC 6750 section 2.1), empty: none is in it, or it shows
/// something else, which may be meant for a proxy before the gateway.
[[nodiscard]] std::string_view find_bearer_token(std::string_view authorization);

/// The value of a cookie (RFC 6265 section 4.2). Shape: `header` is a Cookie header; empty: it is
/// not in it, or `name` is empty. Where a name is there twice, the first counts.
[[nodiscard]] std::string_view find_cookie(std::string_view header, std::string_view name);

}  // namespace weir::gateway::auth
