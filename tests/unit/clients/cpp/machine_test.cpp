#include "clients/cpp/machine.hpp"

#include "tests/unit/clients/cpp/machine_stage.hpp"

#include <doctest/doctest.h>

namespace weir::clients::cpp {
namespace {

/// A topic that is followed with a window of 16 KiB in force.
void follow_with_window(Stage& stage) {
  stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::latest));
  stage.connect(R"({"window_bytes":16384})");
  CHECK(has(stage.sent.front(), R"("window_bytes":16384)"));
  stage.receive(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":0})");
}

std::string large_delivery(int offset) {
  return R"({"t":7,"o":)" + std::to_string(offset) + R"(,"d":")" + std::string(5000, 'x') + "\"}";
}

void introduce_topics(Stage& stage, int count) {
  for (int i = 1; i <= count; ++i) {
    stage.receive(R"({"op":"topic","t":)" + std::to_string(i) + R"(,"topic":"topic/)" +
                  std::to_string(i) + R"(","kind":"value","epoch":"e1","o":9})");
  }
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("connecting says what is wished for, then asks for the subscriptions") {
  MachineOptions options;
  options.token = "t0";
  options.wishes.bytes_per_s = 5000;
  Stage stage(options);
  stage.machine().subscribe(stage.now(), "a/+", with(protocol::Delivery::latest));
  stage.connect();
  CHECK(stage.take() == Words{"open", "connected s1"});
  REQUIRE(stage.sent.size() == 2);
  CHECK(has(stage.sent[0], R"("op":"connect")"));
  CHECK(has(stage.sent[0], R"("token":"t0")"));
  CHECK(has(stage.sent[0], R"("bytes_per_s":5000)"));
  CHECK(has(stage.sent[0], R"("heartbeat_ms":15000)"));
  CHECK(has(stage.sent[1], R"("filter":"a/+")"));
}

TEST_CASE("deliveries come with their topic, duplicates do not come") {
  Stage stage;
  const auto id = stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::all));
  stage.connect();
  stage.take();
  const auto wire_id = Stage::id_of(stage.last_sent());
  stage.receive("{\"re\":" + wire_id + R"(,"ok":true,"max_rate":5})");
  stage.receive(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":4})");
  stage.receive(R"({"op":"ready","filter":"a"})");
  stage.receive(R"({"t":7,"o":5,"d":{"x":1.10}})");
  stage.receive(R"({"t":7,"o":5,"d":{"x":1.10}})");
  stage.receive(R"({"t":7,"o":9,"d":2})");
  stage.receive(R"({"op":"gap","t":7,"from":9,"to":11,"cause":"overflow","lost":2})");
  stage.receive(R"({"op":"stale","t":7,"stale":true})");
  stage.receive(R"({"t":7,"o":12,"x":true})");
  stage.receive(R"({"op":"something of a later version"})");
  CHECK(stage.take() == Words{"reply " + std::to_string(id) + " rate 5",
                              "topic a",
                              "ready a",
                              "delivered a 5 {\"x\":1.10}",
                              "gap a 5 8",
                              "delivered a 9 2",
                              "gap a 9 11",
                              "stale a yes",
                              "delivered a 12 nothing"});
}

TEST_CASE("a lost connection is made again and resumes behind the last entry") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "a/+", with(protocol::Delivery::all));
  stage.connect();
  stage.receive("{\"re\":" + Stage::id_of(stage.last_sent()) + R"(,"ok":true})");
  stage.receive(R"({"op":"topic","t":7,"topic":"a/x","kind":"value","epoch":"e1","o":4})");
  stage.receive(R"({"t":7,"o":5,"d":1})");
  stage.take();
  stage.close(1006, "lost");
  CHECK(stage.take() == Words{"disconnected 1006 lost retry 200"});
  CHECK(stage.machine().deadline() == stage.now() + Duration(200));
  stage.tick_after(199);
  CHECK(stage.take().empty());
  stage.tick_after(1);
  CHECK(stage.count("open") == 1);
  stage.connect();
  CHECK(has(stage.last_sent(), R"("from":{"a/x":{"epoch":"e1","offset":5}})"));
  // The reply to the repeated request is the client's own matter.
  stage.take();
  stage.receive("{\"re\":" + Stage::id_of(stage.last_sent()) + R"(,"ok":true})");
  CHECK(stage.take().empty());
}

TEST_CASE("numbers of an old connection mean nothing on the next") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::all));
  stage.connect();
  stage.receive(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":4})");
  stage.close(1006, "lost");
  stage.tick_after(200);
  stage.connect();
  stage.take();
  stage.receive(R"({"t":7,"o":5,"d":1})");
  CHECK(stage.done.at(0) == "close 4400");
  CHECK(has(stage.done.at(1), "was not introduced"));
}

TEST_CASE("patches come as whole values, and one that does not fit ends the connection") {
  Stage stage;
  auto options = with(protocol::Delivery::latest);
  options.delta = protocol::Delta::patch;
  stage.machine().subscribe(stage.now(), "a", options);
  stage.connect();
  CHECK(has(stage.last_sent(), R"("delta":"patch")"));
  const auto begin = [&](std::string_view value) {
    stage.receive("{\"re\":" + Stage::id_of(stage.last_sent()) + R"(,"ok":true})");
    stage.receive(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":0})");
    stage.take();
    stage.receive(value);
  };
  begin(R"({"t":7,"o":5,"d":{"x":1.10,"y":[]},"s":true})");
  stage.receive(R"({"t":7,"o":9,"b":5,"j":[{"op":"add","path":"/y/0","value":2.50}]})");
  CHECK(stage.take() == Words{R"(delivered a 5 {"x":1.10,"y":[]} snapshot)",
                              R"(delivered a 9 {"x":1.10,"y":[2.50]})"});
  stage.receive(R"({"t":7,"o":12,"b":11,"j":[]})");
  CHECK(stage.done.at(0) == "close 4400");
  CHECK(stage.count("delivered a 12") == 0);
  stage.tick_after(60'000);
  stage.take();
  stage.machine().on_open(stage.now());
  stage.perform();
  begin(R"({"t":7,"o":12,"d":{"x":3},"s":true})");
  stage.receive(R"({"t":7,"o":13,"b":12,"j":[{"op":"replace","path":"/x","value":4}]})");
  CHECK(stage.take() == Words{R"(delivered a 12 {"x":3} snapshot)", R"(delivered a 13 {"x":4})"});
}

TEST_CASE("a subscribe that had no reply is answered on the next connection") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "other", with(protocol::Delivery::all));
  stage.connect();
  const auto id = stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::all));
  stage.perform();
  stage.close(1012, "restart");
  stage.tick_after(200);
  stage.connect();
  stage.take();
  const auto a = has(stage.last_sent(), "\"a\"") ? stage.sent.size() - 1 : stage.sent.size() - 2;
  stage.receive("{\"re\":" + Stage::id_of(stage.sent.at(a)) +
                R"(,"ok":false,"error":{"code":"forbidden","message":"no","retry":false}})");
  CHECK(stage.take() == Words{"reply " + std::to_string(id) + " forbidden"});
}

TEST_CASE("a publish gets its reply, or an error when the connection is lost or there is none") {
  Stage stage;
  auto id = stage.machine().publish(stage.now(), hello());
  stage.perform();
  CHECK(stage.take() == Words{"reply " + std::to_string(id) + " unavailable"});
  stage.connect();
  stage.take();
  id = stage.machine().publish(stage.now(), hello());
  stage.perform();
  CHECK(has(stage.last_sent(), R"("op":"publish")"));
  CHECK(has(stage.last_sent(), R"("data":"hello")"));
  stage.receive("{\"re\":" + std::to_string(id) + R"(,"ok":true,"epoch":"e1","offset":18})");
  CHECK(stage.take() == Words{"reply " + std::to_string(id) + " at 18"});
  id = stage.machine().publish(stage.now(), hello());
  stage.perform();
  stage.close(1006, "lost");
  CHECK(stage.take().front() == "reply " + std::to_string(id) + " unknown");
}

TEST_CASE("what was handled is acknowledged where there is a window") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::latest));
  stage.connect(R"({"window_bytes":80})");
  stage.receive(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":0})");
  const std::string delivery = R"({"t":7,"o":1,"d":1})";
  stage.receive(delivery);
  CHECK(!has(stage.last_sent(), "ack"));
  CHECK(stage.machine().deadline() == stage.now() + HandledBytes::flush_after);
  // A duplicate counts as well: the gateway has sent it.
  stage.receive(delivery);
  CHECK(stage.last_sent() == R"({"op":"ack","bytes":)" + std::to_string(2 * delivery.size()) + "}");
}

TEST_CASE("the window is sized by how long data waits") {
  Stage stage;
  follow_with_window(stage);
  stage.receive(large_delivery(1));
  const auto question = stage.last_sent();
  CHECK(has(question, R"("op":"ping")"));
  stage.receive(large_delivery(2));
  stage.receive(large_delivery(3));
  stage.pass(5000);  // that is how long these two waited: 10 kB in 5 s are 2 kB/s
  stage.receive("{\"re\":" + Stage::id_of(question) +
                R"(,"ok":true,"time":"2026-01-01T00:00:00.000Z"})");
  CHECK(has(stage.last_sent(), R"("op":"limit")"));
  CHECK(has(stage.last_sent(), R"("window_bytes":4096)"));
}

TEST_CASE("a window that was given stays") {
  MachineOptions options;
  options.wishes.window_bytes = 16'384;
  Stage stage(options);
  follow_with_window(stage);
  stage.receive(large_delivery(1));
  CHECK(has(stage.last_sent(), R"("op":"ack")"));
}

TEST_CASE("what was under way when a subscription ended is not told, but acknowledged") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::latest));
  stage.connect(R"({"window_bytes":1})");
  stage.receive(R"({"op":"topic","t":7,"topic":"a","kind":"value","epoch":"e1","o":0})");
  const auto id = stage.machine().unsubscribe(stage.now(), "a");
  stage.perform();
  CHECK(has(stage.last_sent(), R"("op":"unsubscribe")"));
  stage.take();
  stage.receive(R"({"t":7,"o":1,"d":1})");
  CHECK(stage.take().empty());
  CHECK(has(stage.last_sent(), R"("op":"ack")"));
  stage.receive("{\"re\":" + std::to_string(id) + R"(,"ok":true})");
  CHECK(stage.take() == Words{"reply " + std::to_string(id)});
  stage.close(1006, "lost");
  const auto sent = stage.sent.size();
  stage.tick_after(200);
  stage.connect();
  CHECK(stage.sent.size() == sent + 1);
}

TEST_CASE("more positions than fit one message go ahead of the subscribe") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "#", with(protocol::Delivery::all));
  stage.connect(R"({"message_bytes":4096})");
  introduce_topics(stage, 100);
  stage.close(1006, "lost");
  const auto before = stage.sent.size();
  stage.tick_after(200);
  stage.connect();
  std::size_t positions = 0;
  std::size_t largest = 0;
  std::string ops;
  for (auto i = before + 1; i < stage.sent.size(); ++i) {
    positions += count_of(stage.sent[i], R"("epoch")");
    largest = std::max(largest, stage.sent[i].size());
    ops += has(stage.sent[i], R"("op":"positions")") ? 'p' : 's';
  }
  CHECK(largest <= 4096);
  CHECK(positions == 100);
  CHECK(ops == "ppps");
}

TEST_CASE("a subscription that is not accepted again is asked for on another connection") {
  Stage stage;
  stage.machine().subscribe(stage.now(), "a", with(protocol::Delivery::all));
  stage.connect();
  stage.receive("{\"re\":" + Stage::id_of(stage.last_sent()) + R"(,"ok":true})");
  stage.close(1012, "restart");
  stage.tick_after(200);
  stage.connect();
  stage.take();
  const auto refusal = [&](std::string_view code, std::string_view retry) {
    return "{\"re\":" + Stage::id_of(stage.last_sent()) + R"(,"ok":false,"error":{"code":")" +
           std::string(code) + R"(","message":"m","retry":)" + std::string(retry) + "}}";
  };
  stage.receive(refusal("unavailable", "true"));
  CHECK(stage.take() == Words{"close 1000", "disconnected 1000 m retry 200"});
  stage.tick_after(200);
  stage.connect();
  stage.take();
  stage.receive(refusal("forbidden", "false"));
  CHECK(stage.take() == Words{"problem forbidden"});
}

}  // namespace weir::clients::cpp
