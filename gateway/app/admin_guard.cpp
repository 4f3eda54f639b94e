#include "gateway/app/admin_guard.hpp"

#include "gateway/http/origin.hpp"

namespace weir::gateway::app {

using http::Request;
using http::Response;
using http::text_response;

namespace {

bool is_json(const Request& request) {
  auto type = request.header("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return http::equals_ignoring_case(type, "application/json");
}

}  // namespace

std::optional<Response> refuse_write(const Request& request) {
  const auto origin = request.header("Origin");
  if (request.count("Origin") > 1 ||
      (origin && !http::is_origin_allowed(*origin, request.header("Host").value_or(""), {}))) {
    return text_response(403, "pages of other sites may change nothing here");
  }
  if (!is_json(request)) {
    return text_response(415, "a change needs Content-Type: application/json");
  }
  return std::nullopt;
}

}  // namespace weir::gateway::app
