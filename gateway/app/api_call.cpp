#include "gateway/app/api_call.hpp"

#include "gateway/auth/handshake_token.hpp"
#include "gateway/http/error_response.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace weir::gateway::app {

using http::Request;
using http::Response;
using protocol::ErrorCode;

namespace {

/// Whether the method is in a list like "GET, HEAD, OPTIONS".
bool lists(std::string_view methods, std::string_view method) {
  while (!methods.empty()) {
    const auto one = methods.substr(0, methods.find(','));
    if (one == method) return true;
    methods.remove_prefix(one.size());
    methods.remove_prefix(std::min(methods.size(), methods.find_first_not_of(", ")));
  }
  return false;
}

}  // namespace

std::optional<Response> answer_early(const Request& request,
                                     const http::CrossOriginPolicy& policy) {
  if (http::is_foreign(request, policy.origins)) {
    return http::error_response(
        {ErrorCode::forbidden, "pages of this origin are not allowed here"});
  }
  if (request.method == "OPTIONS") return http::answer_options(request, policy);
  const auto headers = http::cross_origin_headers(request, policy);
  if (!lists(policy.methods, request.method)) {
    auto refusal =
        http::error_response(405, {ErrorCode::unsupported, "only " + std::string(policy.methods)});
    refusal.headers.push_back({"Allow", std::string(policy.methods)});
    return with_headers(std::move(refusal), headers);
  }
  if (request.count("Authorization") > 1) {
    return with_headers(
        http::error_response({ErrorCode::bad_request, "more than one Authorization"}), headers);
  }
  return std::nullopt;
}

std::string_view find_token(const Request& request, std::string_view cookie) {
  const auto token = auth::find_bearer_token(request.header("Authorization").value_or(""));
  if (!token.empty()) return token;
  return auth::find_cookie(request.header("Cookie").value_or(""), cookie);
}

protocol::Result<session::Bearer> admit(const session::Authenticator& authenticator,
                                        const Request& request,
                                        std::string_view cookie,
                                        std::int64_t unix_ms) {
  session::Bearer bearer(authenticator);
  if (request.certificate) {
    const auto shown = bearer.show_certificate(*request.certificate);
    if (!shown) return fail(shown.error());
  }
  if (const auto token = find_token(request, cookie); !token.empty()) {
    if (const auto shown = bearer.show(token, unix_ms); !shown) return fail(shown.error());
  }
  if (!bearer.is_admitted()) return protocol::fail(ErrorCode::bad_token, "a token is needed here");
  return bearer;
}

Response with_headers(Response response, std::span<const http::Header> headers) {
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  return response;
}

}  // namespace weir::gateway::app
