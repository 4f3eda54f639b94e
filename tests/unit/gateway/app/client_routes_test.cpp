#include "gateway/app/client_routes.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::app {
namespace {

http::Response get(std::string target, std::string method = "GET") {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  return respond_to_client(request);
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

}  // namespace weir::gateway::app
