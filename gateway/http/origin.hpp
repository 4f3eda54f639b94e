#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::gateway::http {

/// Whether a page of this origin may use the gateway. Browsers alone send the header, and it
/// protects their users alone: any other client can write what it likes.
/// Shape:  `origin` as in the header; `host` is the request's Host. `allowed` empty: only pages of
///         the same host and port, whatever the scheme, because TLS may end at a proxy. "*": all,
///         "null" included. Otherwise exactly those, compared without case.
/// Source: RFC 6454, 7; RFC 6455, 10.2.
[[nodiscard]] bool is_origin_allowed(std::string_view origin,
                                     std::string_view host,
                                     std::span<const std::string> allowed);

}  // namespace weir::gateway::http
