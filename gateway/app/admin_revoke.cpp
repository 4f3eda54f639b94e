#include "gateway/app/admin_revoke.hpp"

#include "gateway/app/admin_guard.hpp"
#include "gateway/app/admin_json.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace weir::gateway::app {
namespace {

using http::text_response;
using nlohmann::json;

/// nullopt: the body is something else.
std::optional<std::string> read_subject(const std::string& text) {
  const auto body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || body.size() != 1) return std::nullopt;
  const auto subject = body.find("subject");
  if (subject == body.end() || !subject->is_string()) return std::nullopt;
  auto name = subject->get<std::string>();
  // An empty one would be every anonymous client.
  if (name.empty()) return std::nullopt;
  return name;
}

}  // namespace

http::Response respond_to_revoke(const http::Request& request, AdminSource& source) {
  if (request.method != "POST") {
    auto response = text_response(405, "only POST");
    response.headers.push_back({"Allow", "POST"});
    return response;
  }
  if (auto refused = refuse_write(request)) return *std::move(refused);
  const auto subject = read_subject(request.body);
  if (!subject) return text_response(400, R"(expected a JSON object like {"subject":"alice"})");
  const auto revoked = source.revoke(*subject);
  if (!revoked) {
    if (revoked.error() == RevokeFault::no_answer) return no_answer();
    return text_response(507, "too many subjects are withdrawn already; restart with new keys");
  }
  return json_response(json{{"subject", *subject}, {"sessions", *revoked}}.dump());
}

}  // namespace weir::gateway::app
