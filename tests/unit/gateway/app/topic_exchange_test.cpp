#include "gateway/app/topic_exchange.hpp"

#include "tests/unit/gateway/app/client_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

net::Answer get(ClientFixture& f, std::string_view name, std::vector<http::Header> headers = {}) {
  const auto request =
      ClientFixture::request("GET", "/v1/topics/" + std::string(name), std::move(headers));
  return answer_topic(request, name, f, f.context());
}

}  // namespace

TEST_CASE("a topic is read by its name, percent-encoded or not") {
  ClientFixture f;
  f.rig.publish("quotes/A B", "[1]");
  f.rig.publish("quotes/+x", "1");
  for (const char* name : {"quotes/A%20B", "quotes%2FA%20B"}) {
    CAPTURE(name);
    const auto answer = get(f, name);
    const auto& response = std::get<http::Response>(answer);
    CHECK(words(response).starts_with(R"(200 {"topic":"quotes/A B","kind":"value","epoch":")"));
    CHECK(words(response).ends_with(R"(,"data":[1]})"));
    CHECK(response.content_type == "application/json");
    CHECK(header_of(response, "Cache-Control") == "no-cache");
  }
  for (const auto& [name, status] : std::vector<std::pair<const char*, const char*>>{
           {"quotes/B", "404"},
           {"secret/B", "403"},  // whether it is there is a secret, too
           {"", "400"},
           {"quotes//B", "400"},
           {"quotes/%2", "400"},
           {"quotes/%00", "400"},
           {"quotes/%ff", "400"},
           {"quotes/+", "400"},
           {"quotes/%23", "400"}}) {
    CAPTURE(name);
    CHECK(words(get(f, name)).starts_with(status));
  }
}

TEST_CASE("who has what the topic holds is told just that") {
  ClientFixture f;
  f.rig.publish("a", "1");
  const auto first = get(f, "a");
  const auto tag = header_of(std::get<http::Response>(first), "ETag");
  CHECK(tag.ends_with(":1\""));
  for (const auto& known : {tag, "W/" + tag}) {
    const auto again = get(f, "a", {{"If-None-Match", known}});
    CHECK(words(again) == "304 ");
    CHECK(header_of(std::get<http::Response>(again), "ETag") == tag);
  }
  f.rig.publish("a", "2");
  CHECK(words(get(f, "a", {{"If-None-Match", tag}})).starts_with("200"));
  CHECK(words(get(f, "a", {{"If-None-Match", "*"}})).starts_with("200"));
}

TEST_CASE("another shard's topic is told when that has answered") {
  session::HubOptions options;
  options.shards = 2;
  ClientFixture f(options);
  std::string far = "a";
  while (session::owner_of(far, 2) != 1) far += "x";
  auto answer = get(f, far);
  auto* exchange = std::get_if<std::unique_ptr<net::Exchange>>(&answer);
  REQUIRE(exchange != nullptr);
  f.rig.hub.end_turn();
  const auto asked = std::get<topics::StateQuestion>(f.rig.links.sent.front().second);
  CHECK(asked.topic == far);
  f.rig.hub.on_link(
      1,
      topics::StateAnswer{asked.requester, protocol::fail(protocol::ErrorCode::bad_topic, "none")});
  CHECK(f.answered == 1);
  CHECK((*exchange)->take_response().status == 404);
}

}  // namespace weir::gateway::app
