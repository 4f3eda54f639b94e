#include "gateway/app/admin_guard.hpp"

#include "gateway/http/cross_origin.hpp"

namespace weir::gateway::app {

using http::Request;
using http::Response;
using http::text_response;

std::optional<Response> refuse_write(const Request& request) {
  if (http::is_foreign(request, {})) {
    return text_response(403, "pages of other sites may change nothing here");
  }
  if (!request.has_json_body()) {
    return text_response(415, "a change needs Content-Type: application/json");
  }
  return std::nullopt;
}

}  // namespace weir::gateway::app
