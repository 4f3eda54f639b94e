#include "gateway/app/admin_sessions.hpp"

#include "gateway/app/admin_guard.hpp"
#include "gateway/app/admin_json.hpp"

#include <charconv>
#include <optional>
#include <string>

namespace weir::gateway::app {
namespace {

using http::Request;
using http::Response;
using http::text_response;

std::optional<SessionId> read_id(std::string_view text) {
  SessionId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

Response answer(AdminSource& source, SessionId id, const SessionRequest& asked) {
  const auto session = source.ask_session(id, asked);
  if (session) return json_response(to_json(*session));
  switch (session.error()) {
    case SessionFault::unknown:
      break;
    case SessionFault::no_answer:
      return no_answer();
  }
  return text_response(404, "there is no session " + std::to_string(id));
}

}  // namespace

Response respond_to_session_list(const Request& request, AdminSource& source) {
  const auto query = read_session_query(request.query());
  if (!query) return text_response(400, query.error());
  const auto sessions = source.list_sessions(*query);
  return sessions ? json_response(to_json(*sessions)) : no_answer();
}

Response respond_to_session(const Request& request, std::string_view id_text, AdminSource& source) {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (!is_read && request.method != "PATCH" && request.method != "DELETE") {
    auto response = text_response(405, "only GET, HEAD, PATCH and DELETE");
    response.headers.push_back({"Allow", "GET, HEAD, PATCH, DELETE"});
    return response;
  }
  if (!is_read) {
    if (auto refused = refuse_write(request)) return *std::move(refused);
  }
  const auto id = read_id(id_text);
  if (!id) return text_response(404, "a session's id is a number");
  if (is_read) return answer(source, *id, ShowSession{});
  if (request.method == "DELETE") return answer(source, *id, EndSession{});
  const auto change = read_ceiling_change(request.body);
  if (!change) return text_response(400, change.error());
  return answer(source, *id, RestrictSession{*change});
}

}  // namespace weir::gateway::app
