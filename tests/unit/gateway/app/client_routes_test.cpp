#include "gateway/app/client_routes.hpp"

#include "tests/unit/gateway/app/client_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace weir::gateway::app {
namespace {

http::Response get(std::string target, std::string method = "GET") {
  ClientFixture fixture;
  const auto request = ClientFixture::request(std::move(method), std::move(target));
  auto answer = respond_to_client(request, fixture, fixture.context());
  return std::get<http::Response>(std::move(answer));
}

}  // namespace

TEST_CASE("the page is at the root, whatever its query") {
  for (const char* target : {"/", "/?a=1"}) {
    const auto response = get(target);
    CHECK(response.status == 200);
    CHECK(response.content_type.starts_with("text/html"));
    CHECK(response.body.find("<html") != std::string::npos);
  }
  CHECK(get("/", "HEAD").status == 200);
}

TEST_CASE("what is not there is not found, and pages cannot be written") {
  CHECK(get("/metrics").status == 404);
  CHECK(get("/operator/").status == 404);
  CHECK(get("/../etc/passwd").status == 404);
  CHECK(get("/", "POST").status == 405);
}

TEST_CASE("below /v1/ answers are JSON, also where nothing is") {
  for (const char* target : {"/v1/", "/v1/topics", "/v1/publish/", "/v1/events/", "/v1/x"}) {
    CAPTURE(target);
    const auto response = get(target);
    CHECK(response.status == 404);
    CHECK(response.content_type == "application/json");
  }
  CHECK(get("/v1").status == 404);
  CHECK(get("/v1/topics/a").body.find("there is no topic a") != std::string::npos);
}

TEST_CASE("each resource takes its own methods") {
  // HEAD comes as GET; GET of events does not come here at all.
  CHECK(header_of(get("/v1/events", "GET"), "Allow") == "GET, OPTIONS");
  CHECK(header_of(get("/v1/events", "POST"), "Allow") == "GET, OPTIONS");
  CHECK(get("/v1/events", "OPTIONS").status == 204);
  CHECK(header_of(get("/v1/publish", "GET"), "Allow") == "POST, OPTIONS");
  CHECK(header_of(get("/v1/topics/a", "DELETE"), "Allow") == "GET, HEAD, OPTIONS");
}

}  // namespace weir::gateway::app
