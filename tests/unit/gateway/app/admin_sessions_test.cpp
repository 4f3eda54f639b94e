#include "gateway/app/admin_sessions.hpp"

#include "gateway/app/admin_routes.hpp"
#include "tests/unit/gateway/app/silent_source.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weir::gateway::app {
namespace {

using nlohmann::json;

SessionInfo session_5() {
  using std::chrono::milliseconds;
  return {
      {.id = 5,
       .subject = "alice",
       .address = "192.0.2.1",
       .subscriptions = 2,
       .cells = 9,
       .tally = {.deliveries = 10,
                 .delivery_bytes = 2000,
                 .conflated = 3,
                 .gaps = 1,
                 .lost = 4,
                 .throttled_s = 1.5},
       .backlog = {.cells = 2, .age = milliseconds(130)},
       .limits = {.bytes_per_s = 7, .messages_per_s = 0.5, .max_delay_ms = 8, .window_bytes = 90},
       .own_ceilings = {.bytes_per_s = 7},
       .window_used = 60,
       .round_trip = std::nullopt},
      1};
}

/// One session, 5; remembers what it was asked.
class Source final : public SilentSource {
public:
  std::optional<Listing<SessionInfo>> list_sessions(const SessionQuery& query) override {
    asked_query = query;
    if (is_silent) return std::nullopt;
    return Listing<SessionInfo>{{session_5()}, 7};
  }
  protocol::Result<SessionInfo, SessionFault> ask_session(SessionId id,
                                                          const SessionRequest& request) override {
    if (is_silent) return protocol::Unexpected(SessionFault::no_answer);
    if (id != 5) return protocol::Unexpected(SessionFault::unknown);
    asked.push_back(request);
    return session_5();
  }

  bool is_silent = false;
  SessionQuery asked_query;
  std::vector<SessionRequest> asked;
};

constexpr const char* change = R"({"bytes_per_s":64000})";

http::Request request(std::string method, std::string target, std::string body = {}) {
  http::Request made;
  made.method = std::move(method);
  made.target = std::move(target);
  made.headers = {{"Host", "127.0.0.1:8081"}, {"Content-Type", "application/json"}};
  made.body = std::move(body);
  return made;
}

http::Response respond(Source& source, const http::Request& request) {
  return respond_to_admin(request, "127.0.0.1", source);
}

}  // namespace

TEST_CASE("a session is told with what it got, how far it is behind, and its limits") {
  Source source;
  const auto expected = json::parse(
      R"({"session":"5","subject":"alice","address":"192.0.2.1","shard":1,"subscriptions":2,"cells":9,"delivered_messages":10,
          "delivered_bytes":2000,"conflated":3,"gaps":1,"lost":4,"throttled_s":1.5,
          "behind":{"cells":2,"ms":130.0},"round_trip_ms":null,"window_used":60,
          "limits":{"bytes_per_s":7,"messages_per_s":0.5,"max_delay_ms":8,"window_bytes":90},
          "ceilings":{"bytes_per_s":7,"messages_per_s":0.0,"max_delay_ms":0}})");
  const auto list = respond(source, request("GET", "/admin/sessions"));
  CHECK(json::parse(list.body) == json({{"sessions", {expected}}, {"total", 7}}));
  const auto one = respond(source, request("GET", "/admin/sessions/5"));
  CHECK(one.status == 200);
  CHECK(one.content_type == "application/json");
  CHECK(json::parse(one.body) == expected);
  REQUIRE(source.asked.size() == 1);
  CHECK(std::holds_alternative<ShowSession>(source.asked[0]));
}

TEST_CASE("the list is sorted and cut as the query says") {
  Source source;
  CHECK(respond(source, request("GET", "/admin/sessions?sort=behind&limit=3")).status == 200);
  CHECK(source.asked_query.order == SessionOrder::behind);
  CHECK(source.asked_query.items_max == 3);
  const auto refused = respond(source, request("GET", "/admin/sessions?limit=none"));
  CHECK(refused.status == 400);
  CHECK(refused.body == "limit: \"none\"; expected an integer from 1 to 1000\n");
}

TEST_CASE("a session's ceilings are changed, and it is ended") {
  Source source;
  CHECK(respond(source, request("PATCH", "/admin/sessions/5", change)).status == 200);
  CHECK(respond(source, request("DELETE", "/admin/sessions/5")).status == 200);
  REQUIRE(source.asked.size() == 2);
  CHECK(std::get<RestrictSession>(source.asked[0]).change.bytes_per_s == 64000);
  CHECK(std::holds_alternative<EndSession>(source.asked[1]));
}

TEST_CASE("what cannot be done is refused, and nothing is asked") {
  Source source;
  const struct {
    const char* name;
    http::Request asked;
    unsigned status;
  } rows[] = {
      {"no such session", request("PATCH", "/admin/sessions/6", change), 404},
      {"no number", request("DELETE", "/admin/sessions/five"), 404},
      {"nothing", request("GET", "/admin/sessions/"), 404},
      {"something behind it", request("GET", "/admin/sessions/5/x"), 404},
      {"a bad body", request("PATCH", "/admin/sessions/5", "{}"), 400},
      {"a method", request("POST", "/admin/sessions/5", change), 405},
      {"a method on the list", request("DELETE", "/admin/sessions"), 405},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(respond(source, row.asked).status == row.status);
  }
  const auto not_allowed = respond(source, request("POST", "/admin/sessions/5"));
  CHECK(not_allowed.headers.at(0).name == "Allow");
  CHECK(not_allowed.headers.at(0).value == "GET, HEAD, PATCH, DELETE");
  CHECK(source.asked.empty());
  source.is_silent = true;
  CHECK(respond(source, request("PATCH", "/admin/sessions/5", change)).status == 503);
}

TEST_CASE("pages of other sites change nothing") {
  Source source;
  for (const char* method : {"PATCH", "DELETE"}) {
    CAPTURE(method);
    auto foreign = request(method, "/admin/sessions/5", change);
    foreign.headers.push_back({"Origin", "https://evil.example"});
    CHECK(respond(source, foreign).status == 403);
    foreign.headers.back().value = "null";
    CHECK(respond(source, foreign).status == 403);
    foreign.headers.back().value = "http://127.0.0.1:8081";
    foreign.headers.push_back({"Origin", "https://evil.example"});
    CHECK(respond(source, foreign).status == 403);
    auto form = request(method, "/admin/sessions/5", change);
    for (const char* type :
         {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
      form.headers[1].value = type;
      CHECK(respond(source, form).status == 415);
    }
    form.headers.pop_back();
    CHECK(respond(source, form).status == 415);
  }
  CHECK(source.asked.empty());
  auto own = request("PATCH", "/admin/sessions/5", change);
  own.headers.push_back({"Origin", "http://127.0.0.1:8081"});
  own.headers[1].value = "Application/JSON ; charset=utf-8";
  CHECK(respond(source, own).status == 200);
}

}  // namespace weir::gateway::app
