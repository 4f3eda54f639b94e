#include "gateway/http/cross_origin.hpp"

#include "gateway/http/origin.hpp"

#include <algorithm>

namespace weir::gateway::http {
namespace {

/// What requests may carry beside what needs no leave.
constexpr const char* allowed_headers = "Authorization, Content-Type, If-None-Match, Last-Event-ID";
/// How long a browser need not ask again, seconds.
constexpr const char* max_age_s = "600";

bool allows_all(std::span<const std::string> origins) {
  return std::ranges::find(origins, "*") != origins.end();
}

}  // namespace

bool is_foreign(const Request& request, std::span<const std::string> origins) {
  const auto origin = request.header("Origin");
  if (!origin) return false;
  return request.count("Origin") > 1 ||
         !is_origin_allowed(*origin, request.header("Host").value_or(""), origins);
}

std::vector<Header> cross_origin_headers(const Request& request, const CrossOriginPolicy& policy) {
  if (allows_all(policy.origins)) {
    return {{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Expose-Headers", "ETag"}};
  }
  std::vector<Header> headers{{"Vary", "Origin"}};
  const auto origin = request.header("Origin");
  if (!origin) return headers;
  headers.push_back({"Access-Control-Allow-Origin", std::string(*origin)});
  headers.push_back({"Access-Control-Allow-Credentials", "true"});
  headers.push_back({"Access-Control-Expose-Headers", "ETag"});
  return headers;
}

Response answer_options(const Request& request, const CrossOriginPolicy& policy) {
  Response response{.status = 204, .headers = cross_origin_headers(request, policy)};
  response.headers.push_back({"Allow", std::string(policy.methods)});
  if (!request.header("Origin") || !request.header("Access-Control-Request-Method")) {
    return response;
  }
  response.headers.push_back({"Access-Control-Allow-Methods", std::string(policy.methods)});
  response.headers.push_back({"Access-Control-Allow-Headers", allowed_headers});
  response.headers.push_back({"Access-Control-Max-Age", max_age_s});
  return response;
}

}  // namespace weir::gateway::http
