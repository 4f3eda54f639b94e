#include "adapters/amqp/stream_replay.hpp"

#include "adapters/abi/host_functions.hpp"
#include "adapters/abi/text.hpp"
#include "tests/support/recording_port.hpp"
#include "tests/unit/adapters/amqp/stream_messages.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::amqp {
namespace {

using abi::Answer;
using protocol::ErrorCode;
using Words = std::vector<std::string>;

struct Fixture {
  tests::RecordingPort port;
  abi::HostFunctions functions{{.entry_bytes_max = 1000, .trust = abi::Trust::built_in}, port};
  StreamConfig config = stream_config();
  std::uint64_t last_tag = 0;

  std::unique_ptr<StreamReplay> ask(std::uint64_t from, std::uint64_t to) {
    functions.open_replay(9);
    weir_replay_request request{};
    request.size = sizeof request;
    request.id = 9;
    request.topic = abi::to_text("t");
    request.epoch = abi::to_text("e1");
    request.from = from;
    request.to = to;
    return std::make_unique<StreamReplay>(
        config, abi::PendingReplay(abi::Host(&functions.table()), 9), request);
  }
  void deliver(StreamReplay& replay,
               std::uint64_t first,
               std::uint64_t last,
               const std::string& topic = "t") {
    for (; first <= last; ++first) replay.on_message(stream_message(first, topic, {}, ++last_tag));
    replay.pump();
  }
  /// "4=3": offset and payload; "gap 4 truncated"; "end", "failed".
  [[nodiscard]] Words words() const {
    Words words;
    for (const auto& part : port.parts()) {
      for (const auto& entry : part.entries) {
        const auto offset = std::to_string(entry.source_position->offset);
        words.push_back(entry.operation == protocol::Operation::gap
                            ? "gap " + offset + " " + std::string(protocol::name(entry.cause))
                            : offset + "=" + entry.payload.bytes);
      }
      if (part.is_last) words.emplace_back(part.result ? "end" : "failed");
    }
    return words;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "it reads from where the client stands, and proves that by it") {
  const auto replay = ask(3, 6);
  CHECK(replay->start() == StreamStart(StreamOffset{2}));
  deliver(*replay, 2, 8);
  CHECK(words() == Words{"4=3", "5=4", "6=5", "end"});
  CHECK(replay->is_done());
}

TEST_CASE_FIXTURE(Fixture,
                  "from the beginning, nothing is missing where the stream has its first") {
  const auto replay = ask(0, 3);
  CHECK(replay->start() == StreamStart(StreamOffset{0}));
  deliver(*replay, 0, 2);
  CHECK(words() == Words{"1=0", "2=1", "3=2", "end"});
}

TEST_CASE_FIXTURE(Fixture,
                  "what the stream no longer has is a gap, to the entry before its first") {
  struct Row {
    std::uint64_t from;
    std::uint64_t first;
    Words words;
  };
  for (const auto& row : {Row{3, 3, {"4=3", "5=4", "6=5", "end"}},
                          Row{3, 4, {"gap 4 truncated", "5=4", "6=5", "end"}},
                          Row{0, 4, {"gap 4 truncated", "5=4", "6=5", "end"}},
                          Row{3, 40, {"gap 6 truncated", "end"}}}) {
    CAPTURE(row.from);
    CAPTURE(row.first);
    Fixture f;
    const auto replay = f.ask(row.from, 6);
    f.deliver(*replay, row.first, row.first + 2);
    CHECK(f.words() == row.words);
  }
}

TEST_CASE_FIXTURE(Fixture, "messages of other topics are passed over, and prove as much") {
  const auto replay = ask(3, 7);
  deliver(*replay, 2, 3, "other");
  deliver(*replay, 4, 4);
  deliver(*replay, 5, 6, "other");
  CHECK(words() == Words{"5=4", "end"});
}

TEST_CASE_FIXTURE(Fixture, "while the gateway says slow down, nothing is acknowledged") {
  const auto replay = ask(3, 9);
  port.answer_replays_with({Answer::slow_down, 0, {}});
  deliver(*replay, 2, 6);
  CHECK(words() == Words{"4=3"});
  CHECK(replay->take_acknowledgement() == 2);
  port.answer_replays_with({Answer::refused, 0, {ErrorCode::overloaded, {}}});
  replay->resume();
  replay->pump();
  CHECK(words() == Words{"4=3"});
  CHECK(replay->take_acknowledgement() == 0);
  port.answer_replays_with({});
  replay->resume();
  replay->pump();
  CHECK(words() == Words{"4=3", "5=4", "6=5", "7=6"});
  CHECK(replay->take_acknowledgement() == 5);
  CHECK_FALSE(replay->is_done());
}

TEST_CASE_FIXTURE(Fixture, "when nobody wants the rest it ends") {
  const auto replay = ask(3, 9);
  port.answer_replays_with({Answer::refused, 0, {ErrorCode::unavailable, {}}});
  deliver(*replay, 2, 6);
  CHECK(words() == Words{"failed"});
  CHECK(replay->is_done());
}

TEST_CASE_FIXTURE(Fixture, "after a loss it reads on from where it has come to") {
  const auto replay = ask(3, 9);
  deliver(*replay, 2, 5);
  replay->on_lost();
  CHECK(replay->start() == StreamStart(StreamOffset{5}));
  deliver(*replay, 5, 8);
  CHECK(words() == Words{"4=3", "5=4", "6=5", "7=6", "8=7", "9=8", "end"});
}

TEST_CASE_FIXTURE(Fixture, "one that is given up has failed") {
  ask(3, 9).reset();
  CHECK(words() == Words{"failed"});
}

TEST_CASE_FIXTURE(Fixture, "a message that was a gap when it came is one again") {
  const auto replay = ask(3, 5);
  replay->on_message(stream_message(2));
  replay->on_message(stream_message(3, "t", "no json"));
  replay->on_message(stream_message(4));
  replay->pump();
  CHECK(words() == Words{"gap 4 filtered", "5=4", "end"});
}

}  // namespace weir::adapters::amqp
