#pragma once

#include "gateway/http/message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::http {

/// What a page of another site may do with a resource: the Fetch standard's protocol (CORS), by the
/// same list of origins that WebSockets obey (`is_origin_allowed`).
struct CrossOriginPolicy {
  std::span<const std::string> origins{};  ///< of the listener
  std::string_view methods{};              ///< of the resource, like "GET, HEAD, OPTIONS"
};

/// Whether the request comes from a page that may not use the gateway, or does not say from which.
[[nodiscard]] bool is_foreign(const Request& request, std::span<const std::string> origins);

/// The headers that let the page which has asked read the response, and keep caches from giving it
/// to another one. Where every origin is allowed no credentials are: no page may use somebody
/// else's cookie because all may come.
/// Shape:  the request is not foreign.
/// Source: Fetch, 3.2.
[[nodiscard]] std::vector<Header> cross_origin_headers(const Request& request,
                                                       const CrossOriginPolicy& policy);

/// The answer to OPTIONS: what the page may send (Fetch, 3.2.2), or what the resource can do.
/// Shape:  the request is not foreign.
[[nodiscard]] Response answer_options(const Request& request, const CrossOriginPolicy& policy);

}  // namespace weir::gateway::http
