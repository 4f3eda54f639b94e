#include "gateway/app/api_call.hpp"

#include "tests/unit/gateway/app/client_fixture.hpp"
#include "tests/unit/gateway/session/scripted_authenticator.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

TEST_CASE("what goes no further is answered early, with a status and JSON") {
  const std::vector<std::string> origins{"https://app.example.com"};
  const http::CrossOriginPolicy policy{.origins = origins, .methods = "GET, HEAD, OPTIONS"};
  struct Row {
    std::string method;
    std::vector<http::Header> headers;
    unsigned status;  // 0: it may go on
  };
  const std::vector<Row> rows{
      {"GET", {}, 0},
      {"HEAD", {}, 0},
      {"GET", {{"Origin", "https://app.example.com"}}, 0},
      {"GET", {{"Origin", "https://evil.example.com"}}, 403},
      {"OPTIONS", {{"Origin", "https://evil.example.com"}}, 403},
      {"OPTIONS", {}, 204},
      {"POST", {}, 405},
      {"GE", {}, 405},
      {"", {}, 405},
      {"GET", {{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}}, 400},
  };
  for (const auto& row : rows) {
    CAPTURE(row.method);
    CAPTURE(row.status);
    const auto early =
        answer_early(ClientFixture::request(row.method, "/v1/topics/a", row.headers), policy);
    REQUIRE(early.has_value() == (row.status != 0));
    if (!early) continue;
    CHECK(early->status == row.status);
    if (row.status >= 400) CHECK(early->body.starts_with(R"({"ok":false,"error":{)"));
    if (row.status == 405) CHECK(header_of(*early, "Allow") == policy.methods);
  }
}

TEST_CASE("a token is taken from Authorization, else from the cookie that is configured") {
  const auto token = [](std::vector<http::Header> headers, std::string_view cookie) {
    const auto request = ClientFixture::request("GET", "/", std::move(headers));
    return std::string(find_token(request, cookie));
  };
  CHECK(token({{"Authorization", "Bearer a"}, {"Cookie", "weir=b"}}, "weir") == "a");
  CHECK(token({{"Authorization", "Basic a"}, {"Cookie", "x=y; weir=b"}}, "weir") == "b");
  CHECK(token({{"Cookie", "weir=b"}}, "").empty());
  CHECK(token({}, "weir").empty());
}

TEST_CASE("who shows no token is anonymous where that is allowed, a bad token is never") {
  const auto plain = ClientFixture::request("GET", "/", {});
  const auto bad = ClientFixture::request("GET", "/", {{"Authorization", "Bearer x"}});
  ClientFixture open;
  CHECK(admit(open.authenticator, plain, "", 0));
  CHECK(admit(open.authenticator, bad, "", 0).error().code == protocol::ErrorCode::bad_token);
  ClientFixture closed({}, false);
  CHECK(admit(closed.authenticator, plain, "", 0).error().code == protocol::ErrorCode::bad_token);
}

TEST_CASE("a client certificate says who it is without a token") {
  const session::Scripted closed(false);
  auto certified = ClientFixture::request("GET", "/", {});
  certified.certificate = PeerCertificate{"alice", 5};
  const auto bearer = admit(closed, certified, "", 0);
  REQUIRE(bearer);
  CHECK(bearer->subject() == "alice");
}

}  // namespace weir::gateway::app
