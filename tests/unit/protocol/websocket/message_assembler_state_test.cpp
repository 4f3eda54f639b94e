#include "protocol/websocket/frame_encoder.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/support/random.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::websocket {
namespace {

using tests::Random;
using tests::read_in_pieces;
using tests::Transcript;
using tests::TranscriptReader;

std::string client_frame(FrameStart start, std::string_view payload, MaskKey key = {1, 2, 3, 4}) {
  std::string out;
  append_masked_frame(out, start, payload, key);
  return out;
}

/// A random conversation of a well-behaved client, and what a server must make of it.
class Conversation {
public:
  explicit Conversation(Random& random)
      : random_(random), deflater_({.takeover = ContextTakeover::yes}) {}

  void add_message() {
    const bool is_text = random_.once_in(2);
    const auto size = random_.below(random_.once_in(8) ? 5000 : 200);
    const auto payload = is_text ? random_.text(size, "abc \xC3\xA4") : random_.bytes(size);
    if (is_text && !is_utf8(payload)) return add_message();
    const bool is_compressed = random_.once_in(3);
    std::string on_wire = payload;
    if (is_compressed) {
      on_wire.clear();
      deflater_.compress(payload, on_wire);
    }
    add_frames({is_text ? Opcode::text : Opcode::binary, false, is_compressed}, on_wire);
    expected.push_back((is_text ? "text:" : "binary:") + payload);
  }
  void add_control() {
    const auto payload = random_.bytes(random_.below(control_bytes_max + 1));
    const bool is_ping = random_.once_in(2);
    add_frame({is_ping ? Opcode::ping : Opcode::pong}, payload);
    expected.push_back((is_ping ? "ping:" : "pong:") + payload);
  }

  std::string bytes;
  Transcript expected;

private:
  void add_frames(FrameStart start, std::string_view payload) {
    while (!start.is_final) {
      const auto fragment = payload.substr(0, random_.below(payload.size() + 2));
      payload.remove_prefix(fragment.size());
      start.is_final = payload.empty() && random_.once_in(2);
      add_frame(start, fragment);
      start = {Opcode::continuation, start.is_final};
      if (!start.is_final && random_.once_in(3)) add_control();
    }
  }
  void add_frame(FrameStart start, std::string_view payload) {
    bytes += client_frame(
        start, payload, {random_.byte(), random_.byte(), random_.byte(), random_.byte()});
  }

  Random& random_;
  Deflater deflater_;
};

std::vector<std::size_t> random_cuts(Random& random) {
  std::vector<std::size_t> cuts(1 + random.below(20));
  for (auto& cut : cuts) cut = 1 + random.below(random.once_in(4) ? 2000 : 20);
  return cuts;
}

const MessageLimits limits;
const DeflateParameters with_takeover{.client_takeover = ContextTakeover::yes};

}  // namespace

TEST_CASE("random conversations are understood in every segmentation") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  Random random(seed);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    Conversation conversation(random);
    for (auto count = 1 + random.below(10); count > 0; --count) {
      random.once_in(4) ? conversation.add_control() : conversation.add_message();
    }
    for (int i = 0; i < 5; ++i) {
      MessageAssembler assembler(Role::server, limits, with_takeover);
      CHECK(read_in_pieces(assembler, conversation.bytes, random_cuts(random)) ==
            conversation.expected);
      CHECK_FALSE(assembler.is_assembling());
      CHECK(assembler.held_bytes() <= inflater_bytes_max);  // kept with context takeover
    }
  }
}

TEST_CASE("damaged conversations fail in the same way in every segmentation") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  Random random(seed);
  const MessageLimits tight{.message_bytes_max = 2000, .wire_bytes_max = 2500, .fragments_max = 8};
  std::size_t failures = 0;
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    Conversation conversation(random);
    for (int i = 0; i < 4; ++i) conversation.add_message();
    for (auto hits = random.below(3); hits > 0; --hits) {
      auto& byte = conversation.bytes[random.below(conversation.bytes.size())];
      byte = static_cast<char>(byte ^ static_cast<char>(1U << random.below(8)));
    }
    MessageAssembler whole(Role::server, tight, with_takeover);
    const auto transcript = read_in_pieces(whole, conversation.bytes, {});
    if (!transcript.empty() && transcript.back().starts_with("fault:")) ++failures;
    for (int i = 0; i < 4; ++i) {
      MessageAssembler assembler(Role::server, tight, with_takeover);
      CHECK(read_in_pieces(assembler, conversation.bytes, random_cuts(random)) == transcript);
    }
  }
  CHECK(failures > 100);
}

TEST_CASE("a message that lies whole in the buffer is handed out there, and nothing is held") {
  auto bytes = client_frame({Opcode::text}, "Hello") + client_frame({Opcode::ping}, "ping") +
               client_frame({Opcode::binary}, "again");
  MessageAssembler assembler(Role::server, limits, std::nullopt);
  auto in = as_mutable_bytes(bytes);
  const auto message = assembler.next(in);
  REQUIRE(message);
  REQUIRE(*message);
  CHECK(std::get<Message>(**message).payload.data() == bytes.data() + 6);
  CHECK(assembler.held_bytes() == 0);
  const auto ping = assembler.next(in);
  REQUIRE(ping);
  REQUIRE(*ping);
  CHECK(std::get<Ping>(**ping).payload.data() == bytes.data() + 11 + 6);
  const auto again = assembler.next(in);
  REQUIRE(again);
  REQUIRE(*again);
  CHECK(std::get<Message>(**again).payload.data() == bytes.data() + 21 + 6);
  CHECK(assembler.held_bytes() == 0);
}

TEST_CASE("what a message held is freed with the next call, or on request") {
  const auto frame = client_frame({Opcode::binary}, std::string(1000, 'x'));
  for (const bool on_request : {false, true}) {
    MessageAssembler assembler(Role::server, limits, std::nullopt);
    auto first = frame.substr(0, 500);
    auto in = as_mutable_bytes(first);
    REQUIRE(assembler.next(in));
    auto second = frame.substr(500);
    in = as_mutable_bytes(second);
    const auto message = assembler.next(in);
    REQUIRE(message);
    REQUIRE(*message);
    CHECK(std::get<Message>(**message).payload == std::string(1000, 'x'));
    CHECK(assembler.held_bytes() >= 1000);
    if (on_request) {
      assembler.release();
    } else {
      REQUIRE(assembler.next(in));
    }
    CHECK(assembler.held_bytes() == 0);
  }
}

TEST_CASE("a control frame between fragments frees only what is its own") {
  const auto ping = client_frame({Opcode::ping}, std::string(100, 'p'));
  MessageAssembler assembler(Role::server, limits, std::nullopt);
  TranscriptReader reader(assembler);
  CHECK(reader.read(client_frame({Opcode::text, false}, "first, ")));
  CHECK(reader.read(ping.substr(0, 50)));
  CHECK(reader.read(ping.substr(50)));
  assembler.release();
  CHECK(reader.read(client_frame({Opcode::continuation}, "second")));
  CHECK(reader.transcript() == Transcript{"ping:" + std::string(100, 'p'), "text:first, second"});
}

TEST_CASE("it says whether a message or frame is under way, and what it took so far") {
  MessageAssembler assembler(Role::server, limits, DeflateParameters{});
  TranscriptReader reader(assembler);
  CHECK_FALSE(assembler.is_assembling());
  const auto first = client_frame({Opcode::text, false}, "Hel");
  CHECK(reader.read(first.substr(0, 1)));
  CHECK(assembler.is_assembling());  // the first byte starts the owner's deadline
  CHECK(reader.read(first.substr(1)));
  CHECK(assembler.is_assembling());
  CHECK(assembler.wire_bytes() == first.size());
  const auto ping = client_frame({Opcode::ping}, "p");
  CHECK(reader.read(ping));
  CHECK(assembler.is_assembling());
  CHECK(assembler.wire_bytes() == first.size() + ping.size());
  CHECK(reader.read(client_frame({Opcode::continuation}, "lo")));
  CHECK_FALSE(assembler.is_assembling());
  CHECK(assembler.wire_bytes() == 0);
  CHECK(reader.read(ping.substr(0, 6)));
  CHECK(assembler.is_assembling());  // a control frame that never ends is a drip too
  CHECK(reader.read(ping.substr(6)));
  CHECK_FALSE(assembler.is_assembling());
}

TEST_CASE("once data is ignored only control frames count") {
  const auto message = client_frame({Opcode::text}, std::string(1000, 'x'));
  const auto too_big =
      client_frame({Opcode::binary}, std::string(limits.message_bytes_max + 1, 'x'));
  const auto bad_text = client_frame({Opcode::text, true, true}, "\xFF\xFF");
  for (std::size_t cut = 0; cut <= message.size(); cut += 101) {
    CAPTURE(cut);
    MessageAssembler assembler(Role::server, limits, DeflateParameters{});
    TranscriptReader reader(assembler);
    CHECK(reader.read(message.substr(0, cut)));
    assembler.ignore_data();
    CHECK(assembler.held_bytes() < 200);
    CHECK(reader.read(message.substr(cut)));
    CHECK_FALSE(assembler.is_assembling());
    CHECK(reader.read(too_big + bad_text));
    CHECK(reader.read(client_frame({Opcode::ping}, "p")));
    CHECK(reader.read(client_frame({Opcode::close}, "")));
    CHECK(reader.transcript() == Transcript{"ping:p", "close::"});
  }
}

TEST_CASE("ignoring data frees the inflater of an unfinished message") {
  MessageAssembler assembler(Role::server, limits, with_takeover);
  TranscriptReader reader(assembler);
  CHECK(reader.read(client_frame({Opcode::text, false, true}, "\xf2\x48\xcd")));
  CHECK(assembler.held_bytes() > inflater_bytes_max);
  assembler.ignore_data();
  CHECK(assembler.held_bytes() < 200);
}

TEST_CASE("ignoring data leaves what is being read out alone") {
  const auto ping = client_frame({Opcode::ping}, std::string(100, 'p'));
  MessageAssembler assembler(Role::server, limits, DeflateParameters{});
  auto first = client_frame({Opcode::text, false}, "Hel") + ping.substr(0, 50);
  auto in = as_mutable_bytes(first);
  REQUIRE(assembler.next(in));
  auto second = ping.substr(50);
  in = as_mutable_bytes(second);
  const auto inbound = assembler.next(in);
  REQUIRE(inbound);
  REQUIRE(*inbound);
  assembler.ignore_data();
  CHECK(std::get<Ping>(**inbound).payload == std::string(100, 'p'));
}

TEST_CASE("an assembler is as small as one for every connection has to be") {
  CHECK(sizeof(MessageAssembler) <= 72);
}

}  // namespace weir::protocol::websocket
