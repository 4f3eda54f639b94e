// The load generator's own parts: a benchmark that does not notice a lost message measures nothing.
#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/handshake.hpp"
#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/stamp.hpp"
#include "tests/bench/load/subscriber.hpp"
#include "tests/bench/load/tally.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::tests::bench {

namespace {

Subscriber make_subscriber(Tally& tally) {
  return {"127.0.0.1:1", make_dialect({.topic = "bench/a"}), tally};
}

void feed(Subscriber& subscriber, std::string bytes, std::int64_t now = 0) {
  subscriber.on_bytes(protocol::as_mutable_bytes(bytes), now);
}

std::string text_frame(std::string_view text) {
  std::string frame;
  protocol::websocket::append_frame(frame, {.opcode = protocol::websocket::Opcode::text}, text);
  return frame;
}

std::string delivery(std::uint64_t sequence, std::int64_t sent_ns = 0) {
  return text_frame(R"({"t":1,"o":9,"d":{"at":[)" + std::to_string(sequence) + "," +
                    std::to_string(sent_ns) + R"(,0],"pad":"x"}})");
}

std::string response_to(const std::string& request) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  const std::size_t begin = request.find(name) + name.size();
  const std::string key = request.substr(begin, request.find("\r\n", begin) - begin);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         protocol::websocket::accept_key(key) + "\r\nSec-WebSocket-Protocol: weir.v1.json\r\n\r\n";
}

void go_live(Subscriber& subscriber) {
  feed(subscriber, response_to(subscriber.output()));
  feed(subscriber, text_frame(R"({"re":1,"ok":true})"));
  REQUIRE(subscriber.state() == Subscriber::State::live);
}

}  // namespace

TEST_CASE("a histogram's percentiles are at most 1/32 above the value") {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 1'000'000; ++value) histogram.record(value);
  for (const double share : {0.01, 0.5, 0.99}) {
    CAPTURE(share);
    const double exact = share * 1'000'000;
    const auto found = static_cast<double>(histogram.percentile(share));
    CHECK(found >= exact);
    CHECK(found <= exact * (1 + 1.0 / 32) + 1);
  }
  CHECK(histogram.percentile(1) == 1'000'000);
  CHECK(Histogram{}.percentile(0.5) == 0);
}

TEST_CASE("a histogram takes every value") {
  Histogram histogram;
  for (unsigned bit = 0; bit < 64; ++bit) histogram.record(std::uint64_t{1} << bit);
  histogram.record(0);
  histogram.record(~std::uint64_t{0});
  CHECK(histogram.count() == 66);
  CHECK(histogram.max() == ~std::uint64_t{0});
  CHECK(histogram.percentile(1) == ~std::uint64_t{0});
}

TEST_CASE("data have the wanted size and their stamp is found again, in JSON and in CBOR") {
  for (const Filling filling : {Filling::pad, Filling::words, Filling::fields}) {
    for (const std::size_t data_bytes : {64U, 128U, 2048U}) {
      CAPTURE(data_bytes);
      std::string data;
      append_data(
          data, {.sequence = 42, .sent_ns = 1'234'567'890'123, .topic = 999}, data_bytes, filling);
      if (filling != Filling::fields) CHECK(data.size() == data_bytes);
      const std::string json = R"({"t":1,"o":9,"d":)" + data + '}';
      const auto cbor = nlohmann::json::to_cbor(nlohmann::json::parse(json));
      for (const std::string& message : {json, std::string(cbor.begin(), cbor.end())}) {
        const auto stamp = find_stamp(message);
        REQUIRE(stamp.has_value());
        CHECK(stamp->sequence == 42);
        CHECK(stamp->sent_ns == 1'234'567'890'123);
        CHECK(stamp->topic == 999);
      }
    }
  }
  for (const char* text :
       {"", R"({"at":[)", R"({"at":[1)", R"({"at":[1,2)", R"({"at":[1,2])", R"({"at":[x,2,3]})"}) {
    CAPTURE(text);
    CHECK_FALSE(find_stamp(text).has_value());
  }
}

TEST_CASE("a tally sees what is lost, doubled and out of order") {
  struct Row {
    const char* name;
    std::vector<std::uint64_t> came;
    std::uint64_t skipped;
    std::uint64_t disordered;
  };
  const std::vector<Row> rows{{"all in order", {1, 2, 3}, 0, 0},
                              {"the first is lost", {2, 3}, 1, 0},
                              {"two are lost", {1, 4}, 2, 0},
                              {"one twice", {1, 2, 2, 3}, 0, 1},
                              {"two exchanged", {1, 3, 2, 4}, 1, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Tally tally;
    std::uint64_t last = 0;
    for (const std::uint64_t sequence : row.came) tally.count(sequence, last, {});
    CHECK(tally.skipped == row.skipped);
    CHECK(tally.disordered == row.disordered);
    CHECK(tally.deliveries == row.came.size());
  }
}

TEST_CASE("what comes behind the measured part counts for losses only") {
  Tally tally;
  std::uint64_t last = 0;
  tally.count(1, last, {.read_ns = 5});
  const Tally then = tally;
  tally.count(3, last, {.read_ns = 5000});
  tally.end_measured(then);
  CHECK(tally.deliveries == 1);
  CHECK(tally.age_ns.max() == 5);
  CHECK(tally.skipped == 1);
}

TEST_CASE("losses from before the measured part are not forgotten") {
  Tally tally;
  std::uint64_t last = 0;
  tally.count(3, last, {.read_ns = 5});
  tally.restart();
  CHECK(tally.skipped == 2);
  CHECK(tally.deliveries == 0);
  CHECK(tally.age_ns.count() == 0);
}

TEST_CASE("a subscriber upgrades, subscribes and counts, however its bytes are cut") {
  for (const std::size_t piece_bytes : {1U, 7U, 100'000U}) {
    CAPTURE(piece_bytes);
    Tally tally;
    Subscriber subscriber = make_subscriber(tally);
    const std::string input = response_to(subscriber.output()) +
                              text_frame(R"({"re":1,"ok":true})") + delivery(1, 10) +
                              delivery(2, 20);
    subscriber.output().clear();
    tally.expect(2);
    for (std::size_t at = 0; at < input.size(); at += piece_bytes) {
      feed(subscriber, input.substr(at, piece_bytes), 25);
    }
    CHECK(subscriber.state() == Subscriber::State::live);
    CHECK_FALSE(subscriber.output().empty());
    CHECK(tally.deliveries == 2);
    CHECK(tally.at_head == 1);
    CHECK(tally.skipped == 0);
    CHECK(tally.age_ns.max() == 15);
    CHECK(tally.last_age_ns == 5);
  }
}

TEST_CASE("a subscriber follows its own topics, each with a sequence of its own") {
  Tally tally;
  Subscriber subscriber{"127.0.0.1:1",
                        make_dialect({.topic = "bench/3", .further_topics = {"bench/0"}}),
                        tally,
                        {.first = 3, .count = 2, .of = 4}};
  feed(subscriber, response_to(subscriber.output()));
  feed(subscriber, text_frame(R"({"re":1,"ok":true})") + text_frame(R"({"re":2,"ok":true})"));
  REQUIRE(subscriber.state() == Subscriber::State::live);
  for (const char* data : {R"({"t":1,"d":{"at":[1,5,3]}})",
                           R"({"t":2,"d":{"at":[1,5,0]}})",
                           R"({"t":2,"d":{"at":[3,5,0]}})"}) {
    feed(subscriber, text_frame(data));
  }
  CHECK(tally.deliveries == 3);
  CHECK(tally.skipped == 1);
  feed(subscriber, text_frame(R"({"t":9,"d":{"at":[1,5,1]}})"));
  CHECK(tally.refusals == 1);
}

TEST_CASE("the members of a group ask for topics and rates in turn") {
  Group group{.subscription = {.topic = "bench/+"},
              .spread = {.topics = {"a", "b", "c"}, .topics_each = 2, .max_rates = {0, 5}}};
  CHECK(group.subscription_of(0).topic == "a");
  CHECK(group.subscription_of(1).topic == "c");
  CHECK(group.subscription_of(1).further_topics == std::vector<std::string>{"a"});
  CHECK(group.subscription_of(1).max_rate == 5);
  CHECK(group.slice_of(1).first == 2);
  group.live = 10;
  CHECK(group.followed() == 20);
  group.spread.is_wildcard = true;
  CHECK(group.subscription_of(1).topic == "bench/+");
  CHECK(group.followed() == 30);
}

TEST_CASE("a subscriber counts gaps, refusals and ends") {
  Tally tally;
  Subscriber subscriber = make_subscriber(tally);
  go_live(subscriber);
  feed(subscriber, text_frame(R"({"op":"gap","t":7,"from":12,"to":17,"cause":"overflow"})"));
  CHECK(tally.gaps == 1);
  subscriber.output().clear();
  feed(subscriber, std::string("\x89\x00", 2));
  CHECK(subscriber.output().size() == 6);
  subscriber.on_end();
  subscriber.on_end();
  CHECK(tally.closed == 1);

  Tally refused;
  Subscriber other = make_subscriber(refused);
  feed(other, response_to(other.output()));
  feed(other, text_frame(R"({"re":1,"ok":false,"error":{"code":"forbidden"}})"));
  CHECK(other.state() == Subscriber::State::ended);
  CHECK(refused.refusals == 1);
}

TEST_CASE("a response that is no upgrade ends the subscriber") {
  Tally tally;
  Subscriber subscriber = make_subscriber(tally);
  feed(subscriber, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  CHECK(subscriber.state() == Subscriber::State::ended);
  CHECK(tally.refusals == 1);
}

}  // namespace weir::tests::bench
