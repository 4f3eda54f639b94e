#include "tests/integration/adapters/running_feed.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::tests {
namespace {

using adapters::abi::Outcome;

adapters::abi::SendRequest request(std::uint64_t id) {
  protocol::Publication publication;
  publication.topic = "orders/new";
  publication.payload.bytes = R"({"qty":1.0})";
  publication.mid = "m-7";
  return {.send_id = id, .publication = publication};
}

constexpr const char* upstream = R"({"listen":"127.0.0.1:0","upstream":true})";

}  // namespace

TEST_CASE("what a client publishes goes to the feeder, whose answer goes back") {
  RunningFeed feed(upstream);
  FeedPeer peer = feed.connect();
  REQUIRE(feed.port.wait_for_reason("1 feeder connected"));
  feed.instance.send(request(70));
  CHECK(peer.read_line() ==
        "{\"id\":1,\"topic\":\"orders/new\",\"mid\":\"m-7\",\"data\":{\"qty\":1.0}}");
  peer.send("{\"ack\":1}\n");
  REQUIRE(feed.port.wait_for_outcomes(1));
  CHECK(feed.port.outcomes()[0].send_id == 70);
  CHECK(feed.port.outcomes()[0].outcome == Outcome::accepted);

  feed.instance.send(request(71));
  CHECK(peer.read_line().starts_with("{\"id\":2,"));
  peer.send("{\"nack\":2,\"error\":{\"code\":\"rate\",\"message\":\"not now\"}}\n");
  REQUIRE(feed.port.wait_for_outcomes(2));
  CHECK(feed.port.outcomes()[1].outcome == Outcome::refused);
  CHECK(feed.port.outcomes()[1].error == protocol::Error{protocol::ErrorCode::rate, "not now"});

  feed.instance.send(request(72));
  CHECK(peer.read_line().starts_with("{\"id\":3,"));
  peer.close();
  REQUIRE(feed.port.wait_for_outcomes(3));
  CHECK(feed.port.outcomes()[2].outcome == Outcome::unknown);
}

TEST_CASE("without a feeder it is unavailable, without the key unsupported") {
  RunningFeed feed(upstream);
  feed.instance.send(request(1));
  REQUIRE(feed.port.wait_for_outcomes(1));
  CHECK(feed.port.outcomes()[0].outcome == Outcome::refused);
  CHECK(feed.port.outcomes()[0].error.code == protocol::ErrorCode::unavailable);

  RunningFeed other(R"({"listen":"127.0.0.1:0"})");
  other.instance.send(request(1));
  REQUIRE(other.port.wait_for_outcomes(1));
  CHECK(other.port.outcomes()[0].error.code == protocol::ErrorCode::unsupported);
}

TEST_CASE("what is open when the gateway stops is unknown") {
  RunningFeed feed(upstream);
  FeedPeer peer = feed.connect();
  REQUIRE(feed.port.wait_for_reason("1 feeder connected"));
  feed.instance.send(request(1));
  CHECK(peer.read_line().starts_with("{\"id\":1,"));
  feed.instance.stop();
  REQUIRE(feed.port.wait_for_outcomes(1));
  CHECK(feed.port.outcomes()[0].outcome == Outcome::unknown);
}

}  // namespace weir::tests
