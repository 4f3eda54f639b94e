#include "gateway/session/frame_cache.hpp"

#include "protocol/core/bytes.hpp"
#include "protocol/native/cbor_codec.hpp"
#include "protocol/native/json_codec.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/gateway/topics/entries.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::session {
namespace {

struct Rig {
  explicit Rig(std::size_t bytes_max = 100'000, protocol::Kind kind = protocol::Kind::stream)
      : topic("a", 3, topics::TopicLog(kind, "e1", {}), rule), frames(bytes_max, counters) {}

  void append(const std::string& json) { topic.append(topics::next_entry(topic.log(), json)); }
  FrameBlock at(std::size_t position, const DeliveryForm& form = {}) {
    return frames.entry(topic, *topic.log().ring()[position], form, codec);
  }

  const protocol::Codec& codec = protocol::native::json_codec();
  topics::TopicRule rule;
  topics::Topic topic;
  SessionCounters counters;
  FrameCache frames;
};

}  // namespace

TEST_CASE("a delivery is encoded once, and all refer to the same bytes") {
  Rig rig;
  rig.append("10");
  const auto first = rig.at(0);
  CHECK(first.bytes.view().substr(2) == R"({"t":3,"o":1,"d":10})");
  CHECK(first.payload_bytes == first.bytes.size() - 2);
  CHECK(first.messages == 1);
  CHECK(rig.at(0).bytes.view().data() == first.bytes.view().data());
  rig.append("11");  // no longer the newest, but still here
  CHECK(rig.at(0).bytes.view().data() == first.bytes.view().data());
  CHECK(rig.counters.frames_encoded_total == 1);
  CHECK(rig.counters.frames_shared_total == 2);
}

TEST_CASE("other forms are other frames, and one with a count is nobody else's") {
  Rig rig;
  rig.append("10");
  const auto plain = rig.at(0);
  CHECK(rig.at(0, {true, false, std::nullopt}).bytes.view().find("\"s\":true") !=
        std::string_view::npos);
  CHECK(rig.at(0, {false, true, std::nullopt}).bytes.view().find("\"ts\":") !=
        std::string_view::npos);
  const DeliveryForm counted{false, false, 4};
  const auto one = rig.at(0, counted);
  CHECK(one.bytes.view().find("\"c\":4") != std::string_view::npos);
  CHECK(rig.at(0, counted).bytes.view().data() != one.bytes.view().data());
  CHECK(rig.at(0).bytes.view().data() == plain.bytes.view().data());
}

TEST_CASE("each codec has its own frames, made once for all who speak it") {
  Rig rig;
  rig.append("10");
  rig.append("[1.5]");
  const auto& cbor = protocol::native::cbor_codec();
  const auto& ring = rig.topic.log().ring();
  const auto json = rig.at(1);
  const auto first = rig.frames.entry(rig.topic, *ring[1], {}, cbor);
  CHECK(tests::to_hex(first.bytes.view()) == "820da3617403616f02616481f93e00");
  CHECK(first.payload_bytes == 13);
  CHECK(rig.frames.entry(rig.topic, *ring[1], {}, cbor).bytes.view().data() ==
        first.bytes.view().data());
  CHECK(rig.at(1).bytes.view().data() == json.bytes.view().data());
  const auto block = rig.frames.block(rig.topic, {0, 1}, {}, cbor);
  CHECK(tests::to_hex(block.bytes.view()) ==
        "820aa3617403616f0161640a" + std::string("820da3617403616f02616481f93e00"));
  CHECK(rig.frames.block(rig.topic, {0, 1}, {}, rig.codec).bytes.view().data() !=
        block.bytes.view().data());
  CHECK(rig.frames.block(rig.topic, {0, 1}, {}, cbor).bytes.view().data() ==
        block.bytes.view().data());
  CHECK(rig.counters.frames_encoded_total == 4);
}

TEST_CASE(
    "a patch is a frame for each base, shared like others, and the whole where there is none") {
  Rig rig(100'000, protocol::Kind::value);
  for (const char* bid : {"1", "2", "3"}) {
    rig.append(R"({"bid":)" + std::string(bid) +
               R"(,"about":"a text that is long enough to be worth keeping"})");
  }
  const auto on = [&](protocol::Offset base) {
    return rig.at(2, {.is_snapshot = false, .wants_time = false, .conflated = {}, .base = base});
  };
  const auto patch = on(1);
  CHECK(patch.bytes.view().substr(2) ==
        R"({"t":3,"o":3,"b":1,"j":[{"op":"replace","path":"/bid","value":3}]})");
  CHECK(on(2).bytes.view().find(R"("b":2)") != std::string_view::npos);
  CHECK(on(1).bytes.view().data() == patch.bytes.view().data());
  const auto whole = rig.at(2);
  CHECK(whole.bytes.view().find(R"("d":{)") != std::string_view::npos);
  CHECK(on(7).bytes.view().data() == whole.bytes.view().data());
  CHECK(rig.at(2, {false, true, 1, 2}).bytes.view().find(R"("b":2,"j":[)") !=
        std::string_view::npos);
  rig.append("4");  // the newest is another, and the frames of before are still here
  CHECK(on(1).bytes.view().data() == patch.bytes.view().data());
  rig.topic.replace(topics::TopicLog(protocol::Kind::value, "e2", {}), 4);
  for (const char* json : {"1", "2", "3"}) rig.append(json);
  CHECK(on(1).bytes.view().substr(2) == R"({"t":4,"o":3,"d":3})");
}

TEST_CASE("what is worth it is compressed, once, and stands alone") {
  Rig rig;
  const DeliveryForm wanted{.is_compressed = true};
  // What is around the text takes 20 bytes of the payload.
  const std::string least(compressed_bytes_min - 20, 'x');
  rig.append('"' + least.substr(1) + '"');
  rig.append('"' + least + '"');
  rig.append('"' + std::string(3000, 'y') + '"');

  const auto short_one = rig.at(0, wanted);
  CHECK(short_one.payload_bytes == compressed_bytes_min - 1);
  CHECK(short_one.bytes.view() == rig.at(0).bytes.view());
  for (const std::size_t position : {1U, 2U}) {
    CAPTURE(position);
    const auto plain = rig.at(position);
    const auto compressed = rig.at(position, wanted);
    CHECK(compressed.bytes.size() < plain.bytes.size() / 3);
    CHECK(compressed.payload_bytes == plain.payload_bytes);  // what a window counts
    CHECK(rig.at(position, wanted).bytes.view().data() == compressed.bytes.view().data());
    auto bytes = std::string(compressed.bytes.view());
    auto in = protocol::as_mutable_bytes(bytes);
    protocol::websocket::MessageLimits limits;
    protocol::websocket::MessageAssembler assembler(
        protocol::websocket::Role::client, limits, protocol::websocket::DeflateParameters{});
    const auto read = assembler.next(in);
    REQUIRE(read);
    REQUIRE(*read);
    const auto payload = plain.bytes.view().substr(plain.bytes.size() - plain.payload_bytes);
    CHECK(std::get<protocol::websocket::Message>(**read).payload == payload);
  }
  const auto run = rig.frames.block(rig.topic, {0, 2}, wanted, rig.codec);
  CHECK(run.bytes.size() == rig.at(0, wanted).bytes.size() + rig.at(1, wanted).bytes.size() +
                                rig.at(2, wanted).bytes.size());
  CHECK(rig.counters.compressible_bytes_total == rig.at(1).payload_bytes + rig.at(2).payload_bytes);
  CHECK(rig.counters.compressed_bytes_total < rig.counters.compressible_bytes_total / 3);
}

TEST_CASE("a run is one block of the same frames") {
  Rig rig;
  for (const char* json : {"1", "2", "3"}) rig.append(json);
  const auto block = rig.frames.block(rig.topic, {0, 2}, {}, rig.codec);
  CHECK(block.messages == 3);
  std::string joined;
  std::size_t payload_bytes = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    joined += rig.at(i).bytes.view();
    payload_bytes += rig.at(i).payload_bytes;
  }
  CHECK(block.bytes.view() == joined);
  CHECK(block.payload_bytes == payload_bytes);
  const auto again = rig.frames.block(rig.topic, {0, 2}, {}, rig.codec);
  CHECK(again.bytes.view() == joined);
}

TEST_CASE("the entry before is named only where there is a hole") {
  Rig rig;
  rig.append("1");
  rig.topic.append(topics::next_entry(rig.topic.log(), "2", 5));
  CHECK(rig.at(1).bytes.view().substr(2) == R"({"t":3,"o":6,"p":1,"d":2})");
}

TEST_CASE("another life has other frames, even of the same offsets") {
  Rig rig;
  rig.append("1");
  (void)rig.at(0);
  rig.topic.replace(topics::TopicLog(protocol::Kind::stream, "e2", {}), 4);
  rig.append("2");
  CHECK(rig.at(0).bytes.view().substr(2) == R"({"t":4,"o":1,"d":2})");
}

TEST_CASE("no more is held than the budget, oldest out first") {
  Rig rig(100);
  for (int i = 0; i < 20; ++i) {
    rig.append("10");
    (void)rig.at(static_cast<std::size_t>(i));
    CHECK(rig.frames.held_bytes() <= 100);
  }
  CHECK(rig.frames.held_bytes() > 60);
}

TEST_CASE("each framing has its frames, encoded once for all who have it") {
  Rig rig;
  rig.append("[1,\n2]");
  const auto with = [&](Framing framing) {
    return rig.at(0, {.is_snapshot = false, .framing = framing});
  };
  const auto plain = with(Framing::events);
  const auto numbered = with(Framing::numbered_events);
  const auto frame = rig.at(0);
  CHECK(plain.bytes.view() == "data: {\"t\":3,\"o\":1,\"d\":[1,\ndata: 2]}\n\n");
  CHECK(numbered.bytes.view() == "id: e1:1\n" + std::string(plain.bytes.view()));
  CHECK(plain.payload_bytes == frame.payload_bytes);
  CHECK(rig.counters.frames_encoded_total == 3);
  CHECK(with(Framing::events).bytes.view().data() == plain.bytes.view().data());
  CHECK(with(Framing::numbered_events).bytes.view().data() == numbered.bytes.view().data());
  CHECK(rig.at(0).bytes.view().data() == frame.bytes.view().data());
  CHECK(rig.counters.frames_encoded_total == 3);
}

TEST_CASE("an event has the id that it is given, a heartbeat is a comment, a goodbye says when") {
  Rig rig;
  const auto text = [&](const protocol::Event& event, std::string_view id = {}) {
    return std::string(rig.frames.event(event, rig.codec, Framing::numbered_events, id).view());
  };
  CHECK(text(protocol::StaleEvent{3, true}, "e1:4") ==
        "id: e1:4\ndata: {\"op\":\"stale\",\"t\":3,\"stale\":true}\n\n");
  CHECK(text(protocol::HeartbeatEvent{1}) == ":\n\n");
  CHECK(text(protocol::GoodbyeEvent{protocol::CloseReason::restart, 700}) ==
        "retry: 700\ndata: {\"op\":\"goodbye\",\"code\":1012,\"reason\":\"restart\","
        "\"retry_ms\":700}\n\n");
  CHECK(text(protocol::GoodbyeEvent{protocol::CloseReason::forbidden, std::nullopt})
            .starts_with("data: "));
}

}  // namespace weir::gateway::session
