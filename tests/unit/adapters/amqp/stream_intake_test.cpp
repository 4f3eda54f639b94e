#include "adapters/amqp/stream_intake.hpp"

#include "adapters/abi/host_functions.hpp"
#include "tests/support/recording_port.hpp"
#include "tests/unit/adapters/amqp/stream_messages.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::adapters::amqp {
namespace {

using abi::Answer;
using abi::PublishAnswer;
using protocol::ErrorCode;

constexpr StreamIntake::TimePoint start{std::chrono::hours(1)};

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{.entry_bytes_max = 1000, .trust = abi::Trust::built_in}, port};
  StreamConfig config = stream_config(R"(,"start":"first")");
  StreamIntake intake{config, abi::Host(&functions.table())};
  std::uint64_t last_tag = 0;

  Fixture() { intake.on_connected(start); }

  [[nodiscard]] bool deliver(std::uint64_t offset, std::string topic = "t", std::string body = {}) {
    return intake.on_message(stream_message(offset, std::move(topic), std::move(body), ++last_tag))
        .has_value();
  }
  void deliver_all(std::uint64_t first, std::uint64_t last) {
    for (; first <= last; ++first) REQUIRE(deliver(first));
  }
  void reconnect() {
    intake.on_lost();
    last_tag = 0;
    intake.on_connected(start);
  }
  /// "t 1=0": topic, offset, payload; "t gap 5 truncated".
  std::vector<std::string> taken() {
    std::vector<std::string> words;
    for (const auto& item : port.take_items()) {
      const auto& entry = item.publication;
      const auto offset =
          entry.source_position ? std::to_string(entry.source_position->offset) : "-";
      words.push_back(entry.operation == protocol::Operation::gap
                          ? entry.topic + " gap " + offset + " " +
                                std::string(protocol::name(entry.cause))
                          : entry.topic + " " + offset + "=" + entry.payload.bytes);
    }
    return words;
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "messages are handed in with their places, and acknowledged with that") {
  CHECK(intake.start() == StreamStart(StreamEnd::first));
  deliver_all(0, 2);
  CHECK(intake.take_acknowledgement() == 0);
  REQUIRE(intake.pump(start));
  CHECK(taken() == Words{"t 1=0", "t 2=1", "t 3=2"});
  CHECK(intake.take_acknowledgement() == 3);
  CHECK(intake.take_acknowledgement() == 0);
}

TEST_CASE_FIXTURE(Fixture, "after a loss it goes on with what was handed in last, which is known") {
  deliver_all(0, 4);
  REQUIRE(intake.pump(start));
  REQUIRE(deliver(5));  // and lost before it was handed in
  std::ignore = taken();
  reconnect();
  CHECK(intake.start() == StreamStart(StreamOffset{4}));
  deliver_all(3, 6);  // a broker may begin earlier than it was asked to
  REQUIRE(intake.pump(start));
  CHECK(taken() == Words{"t 6=5", "t 7=6"});
  CHECK(intake.take_acknowledgement() == 4);
  CHECK(port.resets().empty());
}

TEST_CASE_FIXTURE(Fixture, "what is gone from the stream meanwhile is a gap of every topic") {
  REQUIRE(deliver(0, "a"));
  REQUIRE(deliver(1, "b"));
  REQUIRE(intake.pump(start));
  std::ignore = taken();
  reconnect();
  REQUIRE(deliver(9, "a"));
  REQUIRE(intake.pump(start));
  auto words = taken();
  REQUIRE(words.size() == 3);
  CHECK(words.back() == "a 10=9");
  words.pop_back();
  std::ranges::sort(words);
  CHECK(words == Words{"a gap 9 truncated", "b gap 9 truncated"});
}

TEST_CASE_FIXTURE(Fixture, "if only the last one is gone, nothing is missing") {
  REQUIRE(deliver(0));
  REQUIRE(intake.pump(start));
  reconnect();
  REQUIRE(deliver(1));
  REQUIRE(intake.pump(start));
  CHECK(taken() == Words{"t 1=0", "t 2=1"});
}

TEST_CASE_FIXTURE(Fixture, "another message in the last one's place: the topics begin anew") {
  deliver_all(0, 1);
  REQUIRE(intake.pump(start));
  std::ignore = taken();
  reconnect();
  CHECK_FALSE(deliver(1, "t", "17"));
  CHECK(intake.epoch().empty());
  CHECK(intake.start() == StreamStart(StreamEnd::last));
  reconnect();
  REQUIRE(deliver(1, "t", "17"));
  REQUIRE(intake.pump(start));
  CHECK(port.resets() == std::vector<std::string>{"t"});
  CHECK(taken() == Words{"t -=17"});
  reconnect();  // from now on it is this one
  CHECK(intake.start() == StreamStart(StreamOffset{1}));
}

TEST_CASE_FIXTURE(Fixture, "nothing in the last one's place: the stream has less than it had") {
  deliver_all(0, 5);
  REQUIRE(intake.pump(start));
  reconnect();
  REQUIRE(intake.wake_at());
  const auto until = *intake.wake_at();
  CHECK(until == start + 2 * config.patience.connect_timeout);
  REQUIRE(intake.pump(until - std::chrono::milliseconds(1)));
  CHECK_FALSE(intake.pump(until));
  CHECK(intake.epoch().empty());
}

TEST_CASE_FIXTURE(Fixture, "a queue that is no stream is none") {
  CHECK_FALSE(intake.on_message({}));
  CHECK(intake.epoch() == "e1");
}

TEST_CASE_FIXTURE(Fixture, "while the gateway says slow down, nothing is acknowledged") {
  port.answer_with([](auto) { return PublishAnswer{Answer::slow_down, 0, {}}; });
  deliver_all(0, 70);
  REQUIRE(intake.pump(start));
  CHECK(intake.take_acknowledgement() == 64);
  REQUIRE(intake.pump(start));
  CHECK(intake.take_acknowledgement() == 0);
  intake.resume();
  REQUIRE(intake.pump(start));
  CHECK(intake.take_acknowledgement() == 71);
}

TEST_CASE_FIXTURE(Fixture, "what cannot be taken now is tried again, what never can is left out") {
  deliver_all(0, 3);
  port.answer_with([](std::span<abi::PublishItem> items) -> PublishAnswer {
    const bool is_all = items[0].publication.payload.bytes == "0";
    return {Answer::refused, 1, {is_all ? ErrorCode::forbidden : ErrorCode::overloaded, {}}};
  });
  REQUIRE(intake.pump(start));
  CHECK(taken() == Words{"t 1=0", "t 3=2"});
  CHECK(intake.take_acknowledgement() == 3);
  port.answer_with({});
  REQUIRE(intake.pump(start));
  CHECK(taken().empty());
  REQUIRE(intake.pump(start + StreamIntake::rest));
  CHECK(taken() == Words{"t 4=3"});
  CHECK(functions.counters().at("bad_messages") == 1);
}

TEST_CASE_FIXTURE(Fixture, "a message that can be no entry is a gap where its topic is known") {
  REQUIRE(deliver(0, "t", "no json"));
  REQUIRE(deliver(1, "a..b"));
  REQUIRE(deliver(2));
  REQUIRE(intake.pump(start));
  CHECK(taken() == Words{"t gap 1 filtered", "t 3=2"});
  CHECK(intake.take_acknowledgement() == 3);
  CHECK(functions.counters().at("bad_messages") == 2);
}

}  // namespace weir::adapters::amqp
