#include "gateway/app/admin_revoke.hpp"

#include "gateway/app/admin_routes.hpp"
#include "tests/unit/gateway/app/silent_source.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

/// Remembers whose tokens were withdrawn.
class Source final : public SilentSource {
public:
  protocol::Result<std::size_t, RevokeFault> revoke(const std::string& subject) override {
    subjects.push_back(subject);
    if (fault) return protocol::Unexpected(*fault);
    return std::size_t{3};
  }

  std::optional<RevokeFault> fault;
  std::vector<std::string> subjects;
};

http::Request request(std::string body) {
  http::Request made;
  made.method = "POST";
  made.target = "/admin/revoke";
  made.headers = {{"Host", "127.0.0.1:8081"}, {"Content-Type", "application/json"}};
  made.body = std::move(body);
  return made;
}

http::Response respond(Source& source, const http::Request& request) {
  return respond_to_admin(request, "127.0.0.1", source);
}

constexpr const char* alice = R"({"subject":"alice"})";

TEST_CASE("a subject is withdrawn, and the answer says how many sessions that ended") {
  Source source;
  const auto response = respond(source, request(alice));
  CHECK(response.status == 200);
  CHECK(response.body == "{\"sessions\":3,\"subject\":\"alice\"}\n");
  CHECK(source.subjects == std::vector<std::string>{"alice"});
}

TEST_CASE("a body that names no subject withdraws nothing") {
  Source source;
  for (const auto* body : {"",
                           "alice",
                           "[]",
                           "{}",
                           R"({"subject":7})",
                           R"({"subject":""})",
                           R"({"sub":"alice"})",
                           R"({"subject":"alice","more":1})"}) {
    CAPTURE(body);
    const auto response = respond(source, request(body));
    CHECK(response.status == 400);
    CHECK(response.body == "expected a JSON object like {\"subject\":\"alice\"}\n");
  }
  CHECK(source.subjects.empty());
}

TEST_CASE("no page of another site and nothing but a POST withdraws anything") {
  Source source;
  auto foreign = request(alice);
  foreign.headers.push_back({"Origin", "https://evil.test"});
  CHECK(respond(source, foreign).status == 403);
  auto form = request(alice);
  form.headers[1].value = "text/plain";
  CHECK(respond(source, form).status == 415);
  auto get = request(alice);
  get.method = "GET";
  CHECK(respond(source, get).status == 405);
  CHECK(source.subjects.empty());
}

TEST_CASE("what cannot be withdrawn is said") {
  Source source;
  source.fault = RevokeFault::too_many;
  CHECK(respond(source, request(alice)).status == 507);
  source.fault = RevokeFault::no_answer;
  CHECK(respond(source, request(alice)).status == 503);
}

}  // namespace
}  // namespace weir::gateway::app
