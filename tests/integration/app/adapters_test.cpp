// What passes between clients and adapters, through the whole gateway.
#include "tests/integration/app/running_app.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::tests::app {
namespace {

gateway::config::Config owning(const std::string& filter, std::uint32_t shards) {
  auto config = RunningApp::config(shards);
  config.adapters[0].topics = {filter};
  return config;
}

}  // namespace

TEST_CASE("the first subscriber is demand for the owner, from whichever shard it comes") {
  RunningApp running(owning("t/#", 4));
  WebSocketClient client(running.port());
  client.subscribe("t/1");
  running.adapter().wait_for_calls("wanted t/1");
  WebSocketClient other(running.port());
  other.subscribe("t/1");
  other.subscribe("elsewhere");
  running.adapter().wait_for_calls("wanted t/1");
}

TEST_CASE("a publish to an owned topic is answered when its source has it") {
  RunningApp running(owning("t/#", 4));
  WebSocketClient client(running.port());
  client.send({{"op", "publish"}, {"id", 1}, {"topic", "t/1"}, {"data", 5}});
  running.adapter().wait_for_calls("send t/1 5");
  running.adapter().end_send(WEIR_SENT);
  const auto reply = client.next();
  REQUIRE(reply);
  CHECK(reply->at("re") == 1);
  CHECK(reply->at("ok") == true);
  CHECK_FALSE(reply->contains("offset"));

  client.send({{"op", "publish"}, {"id", 2}, {"topic", "t/1"}, {"data", 6}});
  running.adapter().wait_for_calls("send t/1 5,send t/1 6");
  running.adapter().end_send(WEIR_SENT_UNKNOWN);
  const auto unknown = client.next();
  REQUIRE(unknown);
  CHECK(unknown->at("error").at("code") == "unknown");
}

TEST_CASE("the source's state is a topic that clients may follow") {
  RunningApp running(2);
  WebSocketClient client(running.port());
  client.subscribe("$weir/adapters/+");
  running.adapter().status(WEIR_UP);
  std::string state;
  while (state != "up") {
    const auto message = client.next();
    REQUIRE(message);
    if (message->contains("d")) state = message->at("d").at("state");
  }
}

TEST_CASE("receipts come from every shard, with the offset that was given") {
  RunningApp running(4);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    REQUIRE(running.adapter().publish("t/" + std::to_string(i), "1", i) == WEIR_ACCEPTED);
  }
  for (const auto& receipt : running.adapter().wait_for_receipts(20)) {
    CHECK(receipt.ends_with(" at 1"));
  }
}

}  // namespace weir::tests::app
