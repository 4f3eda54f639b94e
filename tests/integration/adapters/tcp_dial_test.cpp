#include "tests/integration/adapters/running_feed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace weir::tests {
namespace {

using adapters::abi::SourceState;

std::string dial(std::uint16_t port) {
  return R"({"dial":"127.0.0.1:)" + std::to_string(port) + R"(","reconnect_max_ms":100})";
}

}  // namespace

TEST_CASE("it dials, takes lines, and comes back when the connection is lost") {
  FeedServer server;
  RunningFeed feed(dial(server.port()));
  for (int round = 0; round < 3; ++round) {
    FeedPeer peer = server.accept();
    CHECK(feed.port.wait_for_status(SourceState::up));
    peer.send("{\"topic\":\"a\",\"data\":1,\"id\":4}\n");
    REQUIRE(feed.port.wait_for_items(1));
    feed.acknowledge(feed.port.take_items());
    CHECK(peer.read_line() == "{\"ack\":4}");
    peer.close();
    CHECK(feed.port.wait_for_status(SourceState::reconnecting));
  }
  CHECK(feed.instance.counters().at("connections") >= 3);
  CHECK(feed.instance.counters().at("reconnects") >= 3);
}

TEST_CASE("one that fell silent is up when it speaks, not when its kernel takes the connection") {
  FeedServer server;
  RunningFeed feed(R"({"dial":"127.0.0.1:)" + std::to_string(server.port()) +
                   R"(","reconnect_max_ms":100,"heartbeat_ms":250,"handshake_ms":300})");
  const auto ups = [&] {
    const auto reports = feed.port.reports<adapters::abi::StatusReport>();
    return std::ranges::count(reports, SourceState::up, &adapters::abi::StatusReport::state);
  };
  FeedPeer silent = server.accept();
  silent.send("{\"hello\":true}\n");
  REQUIRE(feed.port.wait_for_reason("it is silent"));
  const FeedPeer still_silent = server.accept();
  CHECK(ups() == 1);
  FeedPeer speaks = server.accept();
  speaks.send("\n");
  CHECK(feed.port.wait_for_status(SourceState::up));
  CHECK(ups() == 2);
}

TEST_CASE("it keeps trying where nobody listens, and tells why") {
  auto server = std::make_unique<FeedServer>();
  const auto port = server->port();
  server.reset();
  RunningFeed feed(dial(port));
  CHECK(feed.port.wait_for_status(SourceState::reconnecting));
  CHECK(feed.port.wait_for_reason("refused"));
  feed.instance.stop();
}

TEST_CASE("of several addresses the first that answers is taken, and again after it is lost") {
  auto first = std::make_unique<FeedServer>();
  FeedServer second;
  const std::string addresses = R"(["127.0.0.1:)" + std::to_string(first->port()) +
                                R"(","127.0.0.1:)" + std::to_string(second.port()) + R"("])";
  first.reset();  // nobody listens there
  RunningFeed feed(R"({"dial":)" + addresses + R"(,"reconnect_max_ms":100})");
  for (int round = 0; round < 2; ++round) {
    FeedPeer peer = second.accept();
    CHECK(
        feed.port.wait_for_reason("connected to tcp://127.0.0.1:" + std::to_string(second.port())));
    peer.send("{\"topic\":\"a\",\"data\":1}\n");
    REQUIRE(feed.port.wait_for_items(1));
    CHECK(feed.port.take_items().size() == 1);
    peer.close();
  }
  const auto reports = feed.port.reports<adapters::abi::StatusReport>();
  CHECK(std::ranges::any_of(reports, [](const auto& report) {
    return report.reason.find("refused") != std::string::npos;
  }));
}

TEST_CASE("a name is resolved, and one that means nothing is told") {
  FeedServer server;
  RunningFeed feed(R"({"dial":"localhost:)" + std::to_string(server.port()) +
                   R"(","reconnect_max_ms":100})");
  FeedPeer peer = server.accept();
  CHECK(feed.port.wait_for_status(SourceState::up));
}

TEST_CASE("it can be stopped while it dials") {
  FeedServer server;
  for (int i = 0; i < 20; ++i) {
    const RunningFeed feed(dial(server.port()));
  }
}

}  // namespace weir::tests
