#include "gateway/http/error_response.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::gateway::http {
namespace {

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace

using protocol::ErrorCode;

TEST_CASE("every code has a status that a client understands, and the status its phrase") {
  for (const auto& row : protocol::error_table()) {
    CAPTURE(row.name);
    const auto status = status_of(row.code);
    CHECK(status >= 400);
    CHECK(status < 600);
    CHECK(reason_phrase(status) != "Unknown");
    // What may succeed later is no fault of the request, but for its rate and its token.
    const bool may_retry = row.retry == protocol::Retry::yes;
    CHECK(may_retry == (status == 429 || status >= 503 || row.code == ErrorCode::token_expired ||
                        row.code == ErrorCode::internal));
  }
}

TEST_CASE("an error is told as in a reply, and with it what HTTP has to say") {
  const auto rate = error_response({ErrorCode::rate, "slower, \"please\"\xff"});
  CHECK(rate.status == 429);
  CHECK(rate.content_type == "application/json");
  CHECK(rate.body ==
        "{\"ok\":false,\"error\":{\"code\":\"rate\",\"message\":\"slower, "
        "\\\"please\\\"\xEF\xBF\xBD\",\"retry\":true}}\n");
  CHECK(header_of(rate, "Retry-After") == "1");
  CHECK(header_of(error_response({ErrorCode::bad_token, {}}), "WWW-Authenticate") == "Bearer");
  const auto missing = error_response(404, {ErrorCode::bad_topic, "there is none"});
  CHECK(missing.status == 404);
  CHECK(missing.headers.empty());
  CHECK(error_response({ErrorCode::unknown, {}}).body.find("may have been accepted") !=
        std::string::npos);
}

}  // namespace weir::gateway::http
