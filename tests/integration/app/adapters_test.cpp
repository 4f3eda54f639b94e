// What passes between clients and adapters, through the whole gateway.
#include "tests/integration/app/running_app.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

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

TEST_CASE("a client behind the ring gets the rest from the owner, on whichever shard it is") {
  auto config = owning("t/#", 4);
  config.topics.resize(1);
  config.topics[0].filter = "t/#";
  config.topics[0].ring_entries = 4;
  RunningApp running(std::move(config));
  auto& adapter = running.adapter();
  for (std::uint64_t offset = 101; offset <= 110; ++offset) {
    REQUIRE(adapter.publish_at("t/1", "e1", offset, offset) == WEIR_ACCEPTED);
  }
  std::ignore = adapter.wait_for_receipts(10);
  for (int i = 0; i < 6; ++i) {
    WebSocketClient client(running.port());
    client.subscribe("t/1", {{"from", json::object()}});
    const auto wish = adapter.wait_for_replay();
    CHECK(wish.topic == "t/1");
    CHECK(wish.epoch == "e1");
    CHECK(wish.from == 0);
    CHECK(wish.to == 110);
    for (std::uint64_t offset = 1; offset <= 106; ++offset) {
      REQUIRE(adapter.replay(wish, offset) == WEIR_ACCEPTED);
    }
    adapter.end_replay(wish);
    std::uint64_t reached = 0;
    while (reached < 110) {
      const auto message = client.next();
      REQUIRE(message);
      REQUIRE(message->value("op", "") != "gap");
      if (message->contains("d")) REQUIRE(message->at("d") == ++reached);
    }
  }
  WebSocketClient client(running.port());
  client.subscribe("t/1", {{"from", json::object()}});
  const auto wish = adapter.wait_for_replay();
  REQUIRE(adapter.replay(wish, 1) == WEIR_ACCEPTED);
  adapter.end_replay(wish, WEIR_ERROR_UNAVAILABLE);
  json gap;
  while (gap.empty()) {
    const auto message = client.next();
    REQUIRE(message);
    if (message->value("op", "") == "gap") gap = *message;
  }
  CHECK(gap.at("from") == 1);
  CHECK(gap.at("to") == 106);
  CHECK(gap.at("cause") == "truncated");
}

}  // namespace weir::tests::app
