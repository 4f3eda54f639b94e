#include "gateway/http/error_response.hpp"

#include <nlohmann/json.hpp>

namespace weir::gateway::http {

using protocol::ErrorCode;
using Json = nlohmann::ordered_json;

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
    case ErrorCode::bad_topic:
    case ErrorCode::bad_filter:
      return 400;
    case ErrorCode::bad_token:
    case ErrorCode::token_expired:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::wrong_kind:
      return 409;
    case ErrorCode::too_big:
      return 413;
    case ErrorCode::too_many_subscriptions:
    case ErrorCode::too_many_topics:
      return 422;
    case ErrorCode::rate:
      return 429;
    case ErrorCode::internal:
      return 500;
    case ErrorCode::unsupported:
      return 501;
    case ErrorCode::overloaded:
    case ErrorCode::unavailable:
    case ErrorCode::draining:
      return 503;
    case ErrorCode::unknown:
      return 504;
  }
  return 500;
}

Response error_response(unsigned status, const protocol::Error& error) {
  const auto& row = protocol::info(error.code);
  const Json body{{"ok", false},
                  {"error",
                   {{"code", row.name},
                    {"message", error.message()},
                    {"retry", row.retry == protocol::Retry::yes}}}};
  Response response{.status = status, .content_type = "application/json"};
  // What is in the message may have come from the client.
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (status == 429 || status == 503) response.headers.push_back({"Retry-After", "1"});
  return response;
}

Response error_response(const protocol::Error& error) {
  return error_response(status_of(error.code), error);
}

}  // namespace weir::gateway::http
