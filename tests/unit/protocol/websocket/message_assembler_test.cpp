#include "protocol/websocket/message_assembler.hpp"

#include "protocol/websocket/frame_encoder.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::websocket {
namespace {

using tests::read_in_pieces;
using tests::Transcript;
using tests::TranscriptReader;

constexpr MaskKey key{0x37, 0xfa, 0x21, 0x3d};
constexpr std::size_t masked_header_bytes = 6;  // of a frame with at most 125 bytes

std::string client_frame(FrameStart start, std::string_view payload) {
  std::string out;
  append_masked_frame(out, start, payload, key);
  return out;
}

std::string client_header(FrameStart start, std::uint64_t payload_bytes) {
  return std::string(EncodedHeader(start, payload_bytes, key).view());
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}

std::string compressed(std::string_view message) {
  std::string out;
  Deflater(DeflateSettings{}).compress(message, out);
  return out;
}

/// What a server with these limits makes of the bytes, the same in one piece and byte by byte.
Transcript read(const MessageLimits& limits, std::string_view bytes) {
  MessageAssembler whole(Role::server, limits, DeflateParameters{});
  MessageAssembler by_byte(Role::server, limits, DeflateParameters{});
  const auto transcript = read_in_pieces(whole, bytes, {});
  CHECK(read_in_pieces(by_byte, bytes, {1}) == transcript);
  return transcript;
}

Transcript fault(Fault fault) {
  return {"fault:" + std::string(info(fault).name)};
}

/// Index of the first byte at which a server fails; the size: it does not.
std::size_t first_failing_byte(std::string_view bytes) {
  const MessageLimits limits;
  MessageAssembler assembler(Role::server, limits, DeflateParameters{});
  TranscriptReader reader(assembler);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!reader.read(bytes.substr(i, 1))) return i;
  }
  return bytes.size();
}

}  // namespace

TEST_CASE("messages and control frames come out whole in every segmentation") {
  const auto stream =
      client_frame({Opcode::text}, "Hello") + client_frame({Opcode::binary, false}, "ab") +
      client_frame({Opcode::ping}, "are you there?") +
      client_frame({Opcode::continuation, false}, "") + client_frame({Opcode::pong}, "") +
      client_frame({Opcode::continuation}, "cd") +
      client_frame({Opcode::text, true, true}, compressed("compressed text")) +
      client_frame({Opcode::binary}, "") +
      client_frame({Opcode::close}, close_payload(1000, "bye"));
  const Transcript expected{"text:Hello",
                            "ping:are you there?",
                            "pong:",
                            "binary:abcd",
                            "text:compressed text",
                            "binary:",
                            "close:1000:bye"};
  const MessageLimits limits;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    MessageAssembler assembler(Role::server, limits, DeflateParameters{});
    CHECK(read_in_pieces(assembler, stream, {piece}) == expected);
    CHECK(assembler.held_bytes() == 0);
  }
}

TEST_CASE("a client reads what a server writes") {
  std::string stream;
  append_frame(stream, {Opcode::text}, "Hello");
  append_frame(stream, {Opcode::text, true, true}, compressed("compressed"));
  append_close(stream, CloseReason::restart);
  const MessageLimits limits;
  MessageAssembler assembler(Role::client, limits, DeflateParameters{});
  CHECK(read_in_pieces(assembler, stream, {3}) ==
        Transcript{"text:Hello", "text:compressed", "close:1012:restart"});
  MessageAssembler server(Role::server, limits, DeflateParameters{});
  CHECK(read_in_pieces(server, stream, {}) == fault(Fault::not_masked));
}

TEST_CASE("each side inflates with what was agreed for the other") {
  const MessageLimits limits;
  const auto hello = "\xf2\x48\xcd\xc9\xc9\x07\x00";  // RFC 7692, 7.2.3.2: with takeover
  const auto again = "\xf2\x00\x11\x00\x00";
  for (const auto takeover_of : {Role::server, Role::client}) {
    DeflateParameters parameters;
    if (takeover_of == Role::server) parameters.server_takeover = ContextTakeover::yes;
    if (takeover_of == Role::client) parameters.client_takeover = ContextTakeover::yes;
    std::string from_client;
    std::string from_server;
    for (const auto message : {std::string_view(hello, 7), std::string_view(again, 5)}) {
      append_masked_frame(from_client, {Opcode::text, true, true}, message, key);
      append_frame(from_server, {Opcode::text, true, true}, message);
    }
    const Transcript both{"text:Hello", "text:Hello"};
    const Transcript refused{"text:Hello", "fault:bad_deflate"};
    MessageAssembler server(Role::server, limits, parameters);
    CHECK(read_in_pieces(server, from_client, {}) ==
          (takeover_of == Role::client ? both : refused));
    MessageAssembler client(Role::client, limits, parameters);
    CHECK(read_in_pieces(client, from_server, {}) ==
          (takeover_of == Role::server ? both : refused));
  }
}

TEST_CASE("a compressed message needs an agreement (RFC 6455, 5.2)") {
  const MessageLimits limits;
  MessageAssembler assembler(Role::server, limits, std::nullopt);
  const auto frame = client_frame({Opcode::text, true, true}, compressed("Hello"));
  CHECK(read_in_pieces(assembler, frame, {}) == fault(Fault::reserved_bits));
}

TEST_CASE("a message may be as large as the limit and not one byte larger") {
  const MessageLimits limits{.message_bytes_max = 1000, .wire_bytes_max = 1'000'000};
  const std::string fits(1000, 'x');
  struct Row {
    std::string_view name;
    std::string fits;
    std::string one_more;
  };
  const Row rows[] = {
      {"one frame",
       client_frame({Opcode::binary}, fits),
       client_frame({Opcode::binary}, fits + "x")},
      {"two frames",
       client_frame({Opcode::binary, false}, fits.substr(1)) +
           client_frame({Opcode::continuation}, "x"),
       client_frame({Opcode::binary, false}, fits) + client_frame({Opcode::continuation}, "x")},
      {"frames of a byte",
       client_frame({Opcode::binary, false}, "x") +
           repeat(client_frame({Opcode::continuation, false}, "x"), 999) +
           client_frame({Opcode::continuation}, ""),
       client_frame({Opcode::binary, false}, "x") +
           repeat(client_frame({Opcode::continuation, false}, "x"), 999) +
           client_frame({Opcode::continuation}, "x")},
      {"compressed",
       client_frame({Opcode::binary, true, true}, compressed(fits)),
       client_frame({Opcode::binary, true, true}, compressed(fits + "x"))},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(read(limits, row.fits) == Transcript{"binary:" + fits});
    CHECK(read(limits, row.one_more) == fault(Fault::message_too_big));
  }
}

TEST_CASE("a declared length over the limit is refused before any payload is there") {
  const MessageLimits limits;
  const auto largest = (std::uint64_t{1} << 63U) - 1;
  for (const auto payload_bytes : {std::uint64_t{limits.message_bytes_max + 1}, largest}) {
    const auto header = client_header({Opcode::text}, payload_bytes);
    MessageAssembler assembler(Role::server, limits, std::nullopt);
    CHECK(read_in_pieces(assembler, header, {}) == fault(Fault::message_too_big));
    CHECK(assembler.held_bytes() == 0);
    CHECK(first_failing_byte(header) == header.size() - 1);
  }
  // The sum of what came and what is declared counts, and cannot overflow.
  CHECK(read(limits,
             client_frame({Opcode::text, false}, "x") +
                 client_header({Opcode::continuation}, largest)) == fault(Fault::message_too_big));
}

TEST_CASE("a declared length that is allowed costs nothing before its payload comes") {
  const MessageLimits limits;
  MessageAssembler assembler(Role::server, limits, DeflateParameters{});
  TranscriptReader reader(assembler);
  CHECK(reader.read(client_header({Opcode::binary}, limits.message_bytes_max) + "x"));
  CHECK(assembler.held_bytes() < 200);
  // A compressed frame's length says nothing about the message; only its bytes count.
  MessageAssembler compressing(Role::server, limits, DeflateParameters{});
  TranscriptReader compressed_reader(compressing);
  CHECK(
      compressed_reader.read(client_header({Opcode::binary, true, true}, std::uint64_t{1} << 62U)));
  CHECK(compressing.held_bytes() < 200);
}

TEST_CASE("what is held while a message is assembled stays within the limit") {
  const MessageLimits limits{.message_bytes_max = 50'000};
  MessageAssembler assembler(Role::server, limits, std::nullopt);
  TranscriptReader reader(assembler);
  CHECK(reader.read(client_frame({Opcode::binary, false}, "")));
  for (int i = 0; i < 500; ++i) {
    CHECK(reader.read(client_frame({Opcode::continuation, false}, std::string(100, 'x'))));
    CHECK(assembler.held_bytes() <= limits.message_bytes_max + 2 * control_bytes_max);
  }
  CHECK(reader.read(client_frame({Opcode::continuation}, "")));
  CHECK(reader.transcript().size() == 1);
  CHECK(assembler.held_bytes() == 0);
}

TEST_CASE("a bomb is stopped by the limit on the message, whatever its frame declares") {
  const auto bomb = compressed(std::string(4'000'000, 'x'));
  CHECK(read({.message_bytes_max = 65536}, client_frame({Opcode::text, true, true}, bomb)) ==
        fault(Fault::message_too_big));
}

TEST_CASE("a message may take as many bytes on the wire as the limit and not one more") {
  constexpr std::uint64_t wire_bytes_max = 1000;
  const MessageLimits limits{.wire_bytes_max = wire_bytes_max};
  // 900 bytes so far, then frames that come to the limit, or to one byte more.
  const auto begun = client_frame({Opcode::binary, false}, "") +
                     repeat(client_frame({Opcode::continuation, false}, ""), 149);
  REQUIRE(begun.size() == wire_bytes_max - 100);
  struct Row {
    std::string_view name;
    std::string end;
    Transcript expected;
  };
  const Row rows[] = {
      {"payload to the limit",
       client_frame({Opcode::continuation}, std::string(94, 'x')),
       {"binary:" + std::string(94, 'x')}},
      {"payload past it",
       client_frame({Opcode::continuation}, std::string(95, 'x')),
       fault(Fault::wire_bytes)},
      {"a ping to the limit",
       client_frame({Opcode::ping}, std::string(88, 'p')) +
           client_frame({Opcode::continuation}, ""),
       {"ping:" + std::string(88, 'p'), "binary:"}},
      {"a ping, and the last frame past it",
       client_frame({Opcode::ping}, std::string(89, 'p')) +
           client_frame({Opcode::continuation}, ""),
       {"ping:" + std::string(89, 'p'), "fault:wire_bytes"}},
      {"a ping past it",
       client_frame({Opcode::ping}, std::string(95, 'p')),
       fault(Fault::wire_bytes)},
      {"a close past it",
       client_frame({Opcode::close}, close_payload(1000, std::string(93, 'c'))),
       fault(Fault::wire_bytes)},
      {"empty fragments without end",
       repeat(client_frame({Opcode::continuation, false}, ""), 1000),
       fault(Fault::wire_bytes)},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(read(limits, begun + row.end) == row.expected);
  }
}

TEST_CASE("endless empty deflate blocks end at the limit on the wire") {
  const MessageLimits limits;
  const std::string_view empty_block("\x00\x00\x00\xff\xff", 5);
  const auto blocks = repeat(empty_block, limits.wire_bytes_max / empty_block.size());
  auto frame = client_header({Opcode::text, true, true}, std::uint64_t{1} << 62U);
  auto payload = blocks;
  apply_mask(as_mutable_bytes(payload), key, 0);
  MessageAssembler assembler(Role::server, limits, DeflateParameters{});
  CHECK(read_in_pieces(assembler, frame + payload, {16384}) == fault(Fault::wire_bytes));
  CHECK(assembler.held_bytes() < inflater_bytes_max + 200);
}

TEST_CASE("control frames between messages count for none of them") {
  const MessageLimits limits{.wire_bytes_max = 100};
  const auto pings = repeat(client_frame({Opcode::ping}, ""), 1000);
  const auto transcript = read(limits, pings + client_frame({Opcode::text}, "Hello") + pings);
  CHECK(transcript.size() == 2001);
  CHECK(transcript[1000] == "text:Hello");
  // Each message has the whole limit for itself.
  const auto ninety_bytes = client_frame({Opcode::binary}, std::string(84, 'x'));
  CHECK(read(limits, repeat(ninety_bytes, 10)).size() == 10);
}

TEST_CASE("a message may come in as many frames as the limit and not one more") {
  const MessageLimits limits{.fragments_max = 3};
  const auto begun = client_frame({Opcode::text, false}, "a") + client_frame({Opcode::ping}, "") +
                     client_frame({Opcode::continuation, false}, "b");
  CHECK(read(limits, begun + client_frame({Opcode::continuation}, "c")) ==
        Transcript{"ping:", "text:abc"});
  CHECK(read(limits, begun + repeat(client_frame({Opcode::continuation, false}, "c"), 2)) ==
        Transcript{"ping:", "fault:fragments"});
  // Each message has the whole limit for itself.
  const auto whole = begun + client_frame({Opcode::continuation}, "c");
  CHECK(read(limits, whole + whole).size() == 4);
}

TEST_CASE("bad UTF-8 is refused at its first bad byte, before the frame is complete") {
  // Autobahn 6.4: valid, then a surrogate, then valid again.
  const std::string valid = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
  const auto text = valid + "\xf4\x90\x80\x80" + "edited";
  const auto bad_byte = valid.size() + 1;  // 90 after F4: above U+10FFFF

  const auto one_frame = client_frame({Opcode::text}, text);
  CHECK(first_failing_byte(one_frame) == masked_header_bytes + bad_byte);

  const auto first = client_frame({Opcode::text, false}, text.substr(0, valid.size() + 1));
  const auto fragments =
      first + client_frame({Opcode::continuation}, text.substr(valid.size() + 1));
  CHECK(first_failing_byte(fragments) == first.size() + masked_header_bytes);

  CHECK(first_failing_byte(client_frame({Opcode::binary}, text)) == one_frame.size());
}

TEST_CASE("bad UTF-8 in a compressed message is refused before the frame is complete") {
  auto payload = compressed("good text, and then \xFF");
  const auto bad_bytes = payload.size();
  std::string rest;
  for (char c = 'a'; rest.size() < 1000; ++c) rest.push_back(c);
  payload = "";
  // The bad byte in a block of its own, so that it can be inflated without what follows.
  Deflater deflater({.takeover = ContextTakeover::yes});
  deflater.compress("good text, and then \xFF", payload);
  payload += std::string_view("\x00\x00\xff\xff", 4);
  deflater.compress(rest, payload);
  const auto frame = client_frame({Opcode::text, true, true}, payload);
  const auto header_bytes = frame.size() - payload.size();
  CHECK(first_failing_byte(frame) <= header_bytes + bad_bytes + 4);
  CHECK(read({}, frame) == fault(Fault::bad_utf8));
}

TEST_CASE("text may be cut inside a code point by frames, but not by its end") {
  const std::string_view euro = "\xE2\x82\xAC";
  const MessageLimits limits;
  for (std::size_t cut = 0; cut <= euro.size(); ++cut) {
    const auto stream = client_frame({Opcode::text, false}, euro.substr(0, cut)) +
                        client_frame({Opcode::ping}, "\xFF") +
                        client_frame({Opcode::continuation}, euro.substr(cut));
    CHECK(read(limits, stream) == Transcript{"ping:\xFF", "text:" + std::string(euro)});
  }
  for (std::size_t size = 1; size < euro.size(); ++size) {
    CHECK(read(limits, client_frame({Opcode::text}, euro.substr(0, size))) ==
          fault(Fault::bad_utf8));
    CHECK(
        read(limits, client_frame({Opcode::text, true, true}, compressed(euro.substr(0, size)))) ==
        fault(Fault::bad_utf8));
  }
  // What was left open does not reach into the next message.
  CHECK(read(limits, client_frame({Opcode::binary}, "\xE2") + client_frame({Opcode::text}, "a")) ==
        Transcript{"binary:\xE2", "text:a"});
}

TEST_CASE("after the peer's close frame nothing counts any more") {
  const auto stream = client_frame({Opcode::text, false}, "unfinished") +
                      client_frame({Opcode::close}, close_payload(1001, "")) +
                      client_frame({Opcode::ping}, "") + "\xFF no frame at all";
  CHECK(read({}, stream) == Transcript{"close:1001:"});
  for (std::size_t size = 1; size <= control_bytes_max; size += 62) {
    CAPTURE(size);
    const auto bad_close = client_frame({Opcode::close}, std::string(size, '\xFF'));
    CHECK(read({}, bad_close) ==
          fault(size == 1 ? Fault::close_payload_length : Fault::close_code));
  }
}

}  // namespace weir::protocol::websocket
