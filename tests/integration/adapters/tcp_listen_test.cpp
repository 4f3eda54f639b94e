#include "tests/integration/adapters/running_feed.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::tests {
namespace {

using adapters::abi::SourceState;

constexpr const char* any_port = R"({"listen":"127.0.0.1:0"})";

}  // namespace

TEST_CASE("a feeder's lines become entries, verbatim, and are acknowledged by their receipts") {
  RunningFeed feed(any_port);
  CHECK(feed.port.wait_for_status(SourceState::up));
  FeedPeer peer = feed.connect();
  peer.send("{\"topic\":\"quotes/AAPL\",\"data\":{\"bid\":1.10},\"id\":1}\n");
  REQUIRE(feed.port.wait_for_items(1));
  const auto items = feed.port.take_items();
  CHECK(items[0].publication.topic == "quotes/AAPL");
  CHECK(items[0].publication.payload.bytes == "{\"bid\":1.10}");
  feed.acknowledge(items);
  CHECK(peer.read_line() == "{\"ack\":1}");
}

TEST_CASE("a bad line is answered with its number, and the feed goes on") {
  RunningFeed feed(any_port);
  FeedPeer peer = feed.connect();
  peer.send("{\"topic\":\"a\",\"data\":1}\noops\n{\"topic\":\"a\",\"data\":2}\n");
  REQUIRE(feed.port.wait_for_items(2));
  const std::string reply = peer.read_line();
  CHECK(reply.find("\"code\":\"bad_request\"") != std::string::npos);
  CHECK(reply.ends_with("\"line\":2}"));
  CHECK(feed.instance.counters().at("bad_lines") == 1);
}

TEST_CASE("a feeder that ends its side gets all its replies, then the end") {
  RunningFeed feed(any_port);
  FeedPeer peer = feed.connect();
  peer.send("bad\n{\"topic\":\"a\",\"data\":1,\"id\":2}\n{\"topic\":\"a\",\"data\":2,\"id\":3}");
  peer.finish_sending();
  REQUIRE(feed.port.wait_for_items(2));
  CHECK(peer.read_line().ends_with("\"line\":1}"));
  feed.acknowledge(feed.port.take_items());
  CHECK(peer.read_line() == "{\"ack\":2}");
  CHECK(peer.read_line() == "{\"ack\":3}");
  CHECK(peer.read_line() == "(end)");
  CHECK(feed.port.wait_for_reason("0 feeders"));
}

TEST_CASE("several feeders at once, each with its own acks") {
  RunningFeed feed(any_port);
  std::vector<FeedPeer> peers;
  for (int i = 0; i < 8; ++i) peers.push_back(feed.connect());
  for (int round = 0; round < 50; ++round) {
    for (std::size_t i = 0; i < peers.size(); ++i)
      peers[i].send("{\"topic\":\"t/" + std::to_string(i) + "\",\"data\":" + std::to_string(round) +
                    ",\"id\":" + std::to_string(round) + "}\n");
  }
  REQUIRE(feed.port.wait_for_items(400));
  const auto items = feed.port.take_items();
  std::vector<int> next(peers.size());
  for (const auto& item : items) {
    const auto i = static_cast<std::size_t>(std::stoi(item.publication.topic.substr(2)));
    CHECK(item.publication.payload.bytes == std::to_string(next[i]++));
  }
  feed.acknowledge(items);
  for (FeedPeer& peer : peers) {
    for (int round = 0; round < 50; ++round)
      CHECK(peer.read_line() == "{\"ack\":" + std::to_string(round) + "}");
  }
  CHECK(feed.port.wait_for_reason("8 feeders"));
}

TEST_CASE("more feeders than allowed are turned away, the others stay") {
  RunningFeed feed(R"({"listen":"127.0.0.1:0","max_connections":1})");
  FeedPeer first = feed.connect();
  REQUIRE(feed.port.wait_for_reason("1 feeder connected"));
  FeedPeer second = feed.connect();
  CHECK(second.read_line() == "(end)");
  first.send("{\"topic\":\"a\",\"data\":1}\n");
  CHECK(feed.port.wait_for_items(1));
  CHECK(feed.instance.counters().at("refused_connections") == 1);
  first.close();
  REQUIRE(feed.port.wait_for_reason("0 feeders"));
  FeedPeer third = feed.connect();
  third.send("{\"topic\":\"a\",\"data\":2}\n");
  CHECK(feed.port.wait_for_items(2));
}

TEST_CASE("a feed that needs a feeder is down without one") {
  RunningFeed feed(R"({"listen":"127.0.0.1:0","require_feeder":true})");
  CHECK(feed.port.wait_for_status(SourceState::down));
  FeedPeer peer = feed.connect();
  CHECK(feed.port.wait_for_status(SourceState::up));
  peer.close();
  CHECK(feed.port.wait_for_status(SourceState::down));
}

TEST_CASE("an address that is taken is told at start") {
  RunningFeed feed(any_port);
  const std::string config =
      R"({"listen":"127.0.0.1:)" + std::to_string(feed.listening_port()) + "\"}";
  try {
    const RunningFeed second(config);
    FAIL("it started");
  } catch (const adapters::abi::AdapterError& error) {
    const std::string reason = error.what();
    CHECK(reason.find("cannot listen at tcp://127.0.0.1:") != std::string::npos);
    CHECK(reason.find("in use") != std::string::npos);
  }
}

TEST_CASE("stopping closes the feeders; receipts that come later do no harm") {
  RunningFeed feed(any_port);
  FeedPeer peer = feed.connect();
  peer.send("{\"topic\":\"a\",\"data\":1,\"id\":1}\n");
  REQUIRE(feed.port.wait_for_items(1));
  feed.instance.stop();
  CHECK(peer.read_line() == "(end)");
  feed.acknowledge(feed.port.take_items());
}

}  // namespace weir::tests
