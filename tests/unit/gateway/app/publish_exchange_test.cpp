#include "gateway/app/publish_exchange.hpp"

#include "tests/unit/gateway/app/client_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

constexpr std::string_view one = R"({"topic":"a","data":1})";

struct Fixture : ClientFixture {
  using ClientFixture::ClientFixture;

  net::Answer post(std::string_view body, std::string type = "application/json") {
    const auto request = ClientFixture::request(
        "POST", "/v1/publish", {{"Content-Type", std::move(type)}}, std::string(body));
    return answer_publish(request, *this, context());
  }
  std::string say(std::string_view body) { return words(post(body)); }
  [[nodiscard]] std::string epoch_of(const std::string& topic) const {
    std::string epoch;
    rig.hub.visit_topics(topic, [&](const auto& found) { epoch = found.log().epoch(); });
    return epoch;
  }
};

}  // namespace

TEST_CASE("one object has one reply, an array as many in order") {
  Fixture f;
  const auto first = f.say(R"({"topic":"a","data":{"x":1.10}})");
  const auto epoch = f.epoch_of("a");
  CHECK(first == R"(200 {"ok":true,"epoch":")" + epoch + R"(","offset":1})");
  const auto batch = f.say(R"([{"topic":"a","data":2,"id":7},{"topic":"forbidden","data":3},)"
                           R"({"topic":"a"},{"topic":"a","data":4}])");
  CHECK(batch == R"(200 [{"re":7,"ok":true,"epoch":")" + epoch + R"(","offset":2},)" +
                     R"({"ok":false,"error":{"code":"forbidden","message":"no right to publish )"
                     R"(to forbidden","retry":false}},{"ok":false,"error":{"code":"bad_request",)"
                     R"("message":"expected exactly one of \"data\", \"fields\" and )"
                     R"(\"delete\":true","retry":false}},{"ok":true,"epoch":")" +
                     epoch + R"(","offset":3}])");
  CHECK(f.say("[]") == "200 []");
  CHECK(f.rig.hub.counters().client_publishes_total == 5);
  CHECK(f.rig.hub.counters().refused_total == 2);
}

TEST_CASE("a publish that is refused has its status, and the reply as its body") {
  Fixture f;
  CHECK(f.say(R"({"topic":"forbidden","data":1})").starts_with(R"(403 {"ok":false,)"));
  CHECK(f.say(R"({"topic":"a/+","data":1,"id":3})").starts_with(R"(400 {"re":3,"ok":false,)"));
  CHECK(f.say(one).starts_with("200"));
  CHECK(f.say(R"({"topic":"a","fields":{"x":1}})").starts_with("409"));
  CHECK(f.say("{").starts_with("400"));
  CHECK(words(f.post(one, "text/plain")).starts_with("415"));
  f.is_draining = true;
  CHECK(f.say(one).starts_with("503"));
}

TEST_CASE("nothing is published of a batch that is too large or no JSON") {
  session::HubOptions options;
  options.limits.publish_batch = 2;
  Fixture f(options);
  const std::string object(one);
  CHECK(f.say("[" + object + "," + object + "]").starts_with("200"));
  CHECK(f.say("[" + object + "," + object + "," + object + "]").starts_with("413"));
  CHECK(f.say("[" + object + ",{]").starts_with("400"));
  CHECK(f.rig.hub.counters().oversized_batches_total == 1);
  CHECK(f.rig.hub.counters().bad_requests_total == 1);
  CHECK(f.rig.hub.stats().topics.entries_published == 2);
}

TEST_CASE("a publisher has the allowance of a session, over all its connections") {
  session::HubOptions options;
  options.limits.publish_batch = 1000;
  Fixture f(options);
  std::string batch = "[" + std::string(one);
  for (int i = 1; i < 101; ++i) batch += "," + std::string(one);
  const auto answer = f.say(batch + "]");
  CHECK(answer.find(R"("offset":100)") != std::string::npos);
  CHECK(answer.ends_with(R"({"ok":false,"error":{"code":"rate","message":"a publisher may publish )"
                         R"(limits.publishes_per_s = 50","retry":true}}])"));
  CHECK(f.say(one).starts_with("429"));
  f.rig.pass(100);
  CHECK(f.say(one).starts_with("200"));
}

TEST_CASE("what another shard owns is answered when that has, and all others meanwhile") {
  session::HubOptions options;
  options.shards = 2;
  Fixture f(options);
  std::string far = "a";
  while (session::owner_of(far, 2) != 1) far += "x";
  std::string own = "b";
  while (session::owner_of(own, 2) != 0) own += "x";
  auto answer =
      f.post(R"([{"topic":")" + far + R"(","data":1},{"topic":")" + own + R"(","data":2}])");
  auto* exchange = std::get_if<std::unique_ptr<net::Exchange>>(&answer);
  REQUIRE(exchange != nullptr);
  f.rig.hub.end_turn();
  REQUIRE(f.rig.links.sent.size() == 1);
  auto asked = std::get<topics::PublishRequest>(std::move(f.rig.links.sent.front().second));
  CHECK(f.answered == 0);
  f.rig.hub.on_link(
      1, topics::PublishOutcome{asked.session, *asked.id, protocol::Position{"other", 9}});
  CHECK(f.answered == 1);
  const auto response = (*exchange)->take_response();
  CHECK(words(response).starts_with(R"(200 [{"ok":true,"epoch":"other","offset":9},{"ok":true,)"));
}

TEST_CASE("who is not let in learns how to be") {
  ClientFixture closed({}, false);
  const auto request = ClientFixture::request(
      "POST", "/v1/publish", {{"Content-Type", "application/json"}}, std::string(one));
  const auto answer = answer_publish(request, closed, closed.context());
  const auto& response = std::get<http::Response>(answer);
  CHECK(response.status == 401);
  CHECK(header_of(response, "WWW-Authenticate") == "Bearer");
  CHECK(header_of(response, "Vary") == "Origin");
}

}  // namespace weir::gateway::app
