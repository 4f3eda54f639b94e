#include "tests/integration/adapters/running_feed.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

namespace weir::tests {
namespace {

using adapters::abi::Answer;
using adapters::abi::PublishAnswer;

std::string lines(std::size_t from, std::size_t count) {
  std::string out;
  for (std::size_t i = from; i < from + count; ++i)
    out += "{\"topic\":\"a\",\"data\":" + std::to_string(i) + "}\n";
  return out;
}

}  // namespace

TEST_CASE("slow_down reaches the feeder through its socket, and nothing is lost") {
  RunningFeed feed(R"({"listen":"127.0.0.1:0"})");
  std::atomic<bool> is_slow = true;
  feed.port.answer_with(
      [&](auto) { return PublishAnswer{is_slow ? Answer::slow_down : Answer::accepted, 0, {}}; });
  constexpr std::size_t count = 150'000;
  FeedPeer peer = feed.connect();
  std::thread writer([&] {
    for (std::size_t i = 0; i < count && peer.try_send(lines(i, 1000)); i += 1000) {
    }
  });
  REQUIRE(feed.port.wait_for_items(1));
  const std::size_t taken = feed.port.item_count();  // one batch, at most
  CHECK(taken <= 256);
  FeedPeer other = feed.connect();  // one feeder's pause is not another's
  other.send("{\"topic\":\"other\",\"data\":1}\n");
  REQUIRE(feed.port.wait_for_items(taken + 1));
  CHECK(feed.port.item_count() == taken + 1);
  is_slow = false;
  feed.instance.resumed();
  CHECK(feed.port.wait_for_items(count + 1));
  feed.instance.stop();  // should entries be missing, the writer would wait for ever
  writer.join();
  std::size_t next = 0;
  for (const auto& item : feed.port.take_items()) {
    if (item.publication.topic != "a") continue;
    REQUIRE(item.publication.payload.bytes == std::to_string(next++));
  }
  CHECK(next == count);
}

TEST_CASE("a feeder that has greeted is told to pause and to resume") {
  RunningFeed feed(R"({"listen":"127.0.0.1:0"})");
  FeedPeer peer = feed.connect();
  peer.send("{\"hello\":true}\n");
  CHECK(peer.read_line().starts_with("{\"hello\":{\"window\":16384,"));
  std::atomic<bool> is_slow = true;
  feed.port.answer_with(
      [&](auto) { return PublishAnswer{is_slow ? Answer::slow_down : Answer::accepted, 0, {}}; });
  peer.send(lines(0, 1));
  CHECK(peer.read_line() == "{\"pause\":true}");
  peer.send(lines(1, 1));  // it may, and waits
  is_slow = false;
  feed.instance.resumed();
  CHECK(peer.read_line() == "{\"resume\":true}");
  REQUIRE(feed.port.wait_for_items(2));
  CHECK(feed.instance.counters().at("pauses") == 1);
}

TEST_CASE("resumed that comes before publish has returned is not lost") {
  RunningFeed feed(R"({"listen":"127.0.0.1:0"})");
  adapters::abi::AdapterInstance& instance = feed.instance;
  feed.port.answer_with([&](auto) {
    std::thread([&] { instance.resumed(); }).join();
    return PublishAnswer{Answer::slow_down, 0, {}};
  });
  FeedPeer peer = feed.connect();
  for (std::size_t i = 0; i < 20; ++i) {
    peer.send(lines(i, 1));
    REQUIRE(feed.port.wait_for_items(i + 1));
  }
}

TEST_CASE("a feeder that does not read its replies is not read from, and others go on") {
  RunningFeed feed(R"({"listen":"127.0.0.1:0"})");
  FeedPeer deaf = feed.connect();
  deaf.shrink_buffers();
  std::string bad;
  for (int i = 0; i < 5000; ++i) bad += "x\n";
  // until its own socket takes nothing for a while: all buffers on the way are full
  std::size_t sent = 0;
  FeedPeer other = feed.connect();
  for (std::size_t idle = 0, round = 0; idle < 20; ++round) {
    const std::size_t some = deaf.send_some(std::string_view(bad).substr(sent % bad.size()));
    sent += some;
    idle = some == 0 ? idle + 1 : 0;
    REQUIRE(sent < 200'000'000);
    other.send(lines(round, 1));
    REQUIRE(feed.port.wait_for_items(round + 1));
  }
  // and when it does read, it finds the reply to every line that it has sent
  const std::size_t line_count = sent / 2;
  for (std::size_t i = 1; i <= line_count; ++i) {
    const std::string reply = deaf.read_line();
    if (!reply.ends_with("\"line\":" + std::to_string(i) + "}")) FAIL("line ", i, ": ", reply);
  }
}

}  // namespace weir::tests
