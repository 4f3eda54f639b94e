#include "protocol/websocket/frame_decoder.hpp"

#include "protocol/core/bytes.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::websocket {
namespace {

using Compression = FrameDecoder::Compression;
using namespace std::string_literals;

/// A frame put together from its pieces.
struct Frame {
  Opcode opcode;
  bool is_final;
  bool is_compressed;
  std::string payload;
  friend bool operator==(const Frame&, const Frame&) = default;
};

struct Decoded {
  std::vector<Frame> frames;   ///< complete ones
  std::optional<Fault> fault;  ///< and what then stopped it
  bool is_between_frames = false;
};

Decoded decode(FrameDecoder decoder, std::string bytes, std::size_t piece_bytes) {
  Decoded decoded;
  Frame frame{};
  auto left = as_mutable_bytes(bytes);
  while (!left.empty()) {
    auto read = left.first(std::min(piece_bytes, left.size()));
    left = left.subspan(read.size());
    for (;;) {
      const auto piece = decoder.next(read);
      if (!piece) {
        decoded.fault = piece.error();
        return decoded;
      }
      if (!*piece) break;
      const auto& header = (*piece)->header;
      if ((*piece)->is_first) frame = {header.opcode, header.is_final, header.is_compressed, {}};
      frame.payload += as_text((*piece)->payload);
      if ((*piece)->is_last) {
        CHECK(frame.payload.size() == header.payload_bytes);
        decoded.frames.push_back(frame);
      }
    }
    CHECK(read.empty());
  }
  decoded.is_between_frames = decoder.is_between_frames();
  return decoded;
}

struct Vector {
  std::string_view name;
  Role role;
  std::string bytes;
  std::vector<Frame> frames;
};

const Vector vectors[] = {
    {"RFC 6455, 5.7: a single-frame unmasked text message",
     Role::client,
     "\x81\x05\x48\x65\x6c\x6c\x6f",
     {{Opcode::text, true, false, "Hello"}}},
    {"RFC 6455, 5.7: a single-frame masked text message",
     Role::server,
     "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
     {{Opcode::text, true, false, "Hello"}}},
    {"RFC 6455, 5.7: a fragmented unmasked text message",
     Role::client,
     "\x01\x03\x48\x65\x6c"
     "\x80\x02\x6c\x6f",
     {{Opcode::text, false, false, "Hel"}, {Opcode::continuation, true, false, "lo"}}},
    {"RFC 6455, 5.7: an unmasked ping",
     Role::client,
     "\x89\x05\x48\x65\x6c\x6c\x6f",
     {{Opcode::ping, true, false, "Hello"}}},
    {"RFC 6455, 5.7: a masked pong",
     Role::server,
     "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
     {{Opcode::pong, true, false, "Hello"}}},
    {"RFC 6455, 5.7: 256 bytes of binary",
     Role::client,
     "\x82\x7E\x01\x00"s + std::string(256, 'x'),
     {{Opcode::binary, true, false, std::string(256, 'x')}}},
    {"RFC 6455, 5.7: 64 KiB of binary",
     Role::client,
     "\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s + std::string(65536, 'x'),
     {{Opcode::binary, true, false, std::string(65536, 'x')}}},
    {"RFC 7692, 7.2.3.1: a compressed frame",
     Role::client,
     "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"s,
     {{Opcode::text, true, true, "\xf2\x48\xcd\xc9\xc9\x07\x00"s}}},
    {"RFC 7692, 7.2.3.1: a compressed message in two frames",
     Role::client,
     "\x41\x03\xf2\x48\xcd"
     "\x80\x04\xc9\xc9\x07\x00"s,
     {{Opcode::text, false, true, "\xf2\x48\xcd"},
      {Opcode::continuation, true, false, "\xc9\xc9\x07\x00"s}}},
    {"RFC 6455, 5.4: a ping between two fragments",
     Role::client,
     "\x02\x01"
     "a"
     "\x89\x00"
     "\x80\x01"
     "b"s,
     {{Opcode::binary, false, false, "a"},
      {Opcode::ping, true, false, ""},
      {Opcode::continuation, true, false, "b"}}},
    {"empty frames of every kind, masked",
     Role::server,
     "\x81\x80kkkk\x82\x80kkkk\x88\x80kkkk\x89\x80kkkk\x8a\x80kkkk"s,
     {{Opcode::text, true, false, ""},
      {Opcode::binary, true, false, ""},
      {Opcode::close, true, false, ""},
      {Opcode::ping, true, false, ""},
      {Opcode::pong, true, false, ""}}},
    {"the longest length of 7 bits, and of 16",
     Role::client,
     "\x82\x7D" + std::string(125, 'x') + "\x82\x7E\xFF\xFF" + std::string(65535, 'x'),
     {{Opcode::binary, true, false, std::string(125, 'x')},
      {Opcode::binary, true, false, std::string(65535, 'x')}}},
    {"the longest control frame",
     Role::client,
     "\x89\x7D" + std::string(125, 'x'),
     {{Opcode::ping, true, false, std::string(125, 'x')}}},
};

FrameDecoder decoder_for(const Vector& vector) {
  return {vector.role, Compression::negotiated};
}

struct BadHeader {
  std::string_view name;
  Role role;
  std::string bytes;
  Fault fault;
};

const BadHeader bad_headers[] = {
    {"5.1: a client does not mask", Role::server, "\x81\x05", Fault::not_masked},
    {"5.1: a server masks", Role::client, "\x81\x85", Fault::masked},
    {"5.2: 125 in 16 bits", Role::client, "\x82\x7E\x00\x7D"s, Fault::length_not_minimal},
    {"5.2: 0 in 16 bits", Role::client, "\x82\x7E\x00\x00"s, Fault::length_not_minimal},
    {"5.2: 65535 in 64 bits",
     Role::client,
     "\x82\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF"s,
     Fault::length_not_minimal},
    {"5.2: 0 in 64 bits",
     Role::client,
     "\x82\x7F\x00\x00\x00\x00\x00\x00\x00\x00"s,
     Fault::length_not_minimal},
    {"5.2: the most significant bit of 64",
     Role::client,
     "\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x00"s,
     Fault::length_too_large},
    {"5.2: 64 bits set",
     Role::client,
     "\x82\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
     Fault::length_too_large},
    {"5.4: a continuation of nothing", Role::client, "\x80", Fault::unexpected_continuation},
    {"5.4: a continuation after a whole message",
     Role::client,
     "\x81\x00\x00"s,
     Fault::unexpected_continuation},
    {"5.4: a continuation after the last fragment",
     Role::client,
     "\x01\x00\x80\x00\x80"s,
     Fault::unexpected_continuation},
    {"5.4: text inside a message", Role::client, "\x01\x00\x81"s, Fault::missing_continuation},
    {"5.4: binary inside a message", Role::client, "\x02\x00\x02"s, Fault::missing_continuation},
    {"5.5: a fragmented close", Role::client, "\x08", Fault::control_fragmented},
    {"5.5: a fragmented ping", Role::client, "\x09", Fault::control_fragmented},
    {"5.5: a fragmented pong", Role::client, "\x0A", Fault::control_fragmented},
    {"5.5: a ping of 126 bytes", Role::client, "\x89\x7E", Fault::control_too_long},
    {"5.5: a close with a length of 64 bits", Role::client, "\x88\x7F", Fault::control_too_long},
    {"5.5: a masked pong of 126 bytes", Role::server, "\x8A\xFE", Fault::control_too_long},
    {"7692, 6: RSV1 on a continuation", Role::client, "\x41\x00\xC0"s, Fault::reserved_bits},
    {"7692, 6: RSV1 on a ping", Role::client, "\xC9", Fault::reserved_bits},
};

}  // namespace

TEST_CASE("golden frames decode in every segmentation") {
  for (const auto& vector : vectors) {
    CAPTURE(vector.name);
    // Long payloads cost quadratic time here and show nothing that short ones do not.
    const auto pieces = std::min<std::size_t>(vector.bytes.size(), 20);
    for (std::size_t piece_bytes = 1; piece_bytes <= pieces; ++piece_bytes) {
      CAPTURE(piece_bytes);
      const auto decoded = decode(decoder_for(vector), vector.bytes, piece_bytes);
      CHECK_FALSE(decoded.fault);
      CHECK(decoded.frames == vector.frames);
      CHECK(decoded.is_between_frames);
    }
  }
}

TEST_CASE("a golden frame that is cut anywhere waits for its rest") {
  for (const auto& vector : vectors) {
    CAPTURE(vector.name);
    const auto cuts = std::min<std::size_t>(vector.bytes.size(), 300);
    for (std::size_t size = 0; size < cuts; ++size) {
      CAPTURE(size);
      const auto decoded = decode(decoder_for(vector), vector.bytes.substr(0, size), size + 1);
      CHECK_FALSE(decoded.fault);
      CHECK(decoded.frames.size() < vector.frames.size());
      for (std::size_t i = 0; i < decoded.frames.size(); ++i) {
        CHECK(decoded.frames[i] == vector.frames[i]);
      }
    }
  }
}

TEST_CASE("a bad header is refused with its last byte, and not before") {
  for (const auto& row : bad_headers) {
    CAPTURE(row.name);
    const FrameDecoder decoder(row.role, Compression::negotiated);
    for (std::size_t piece_bytes = 1; piece_bytes <= row.bytes.size(); ++piece_bytes) {
      CHECK(decode(decoder, row.bytes, piece_bytes).fault == row.fault);
    }
    const auto without_last = row.bytes.substr(0, row.bytes.size() - 1);
    CHECK_FALSE(decode(decoder, without_last, 99).fault);
  }
}

TEST_CASE("all opcodes with all reserved bits: only what is defined passes (RFC 6455, 5.2)") {
  for (const auto compression : {Compression::none, Compression::negotiated}) {
    for (unsigned rsv = 0; rsv < 8; ++rsv) {
      for (unsigned opcode = 0; opcode < 16; ++opcode) {
        CAPTURE(rsv);
        CAPTURE(opcode);
        const std::string bytes{static_cast<char>(0x80U | (rsv << 4U) | opcode), '\0'};
        const auto decoded = decode(FrameDecoder(Role::client, compression), bytes, 2);
        const bool is_first_data = opcode == 1 || opcode == 2;
        const bool is_known = is_first_data || (opcode >= 8 && opcode <= 10);
        const bool is_compressed = compression == Compression::negotiated && is_first_data;
        CHECK(decoded.fault.has_value() ==
              !(is_known && (rsv == 0 || (rsv == 4 && is_compressed))));
        if (opcode == 0 && rsv == 0) CHECK(decoded.fault == Fault::unexpected_continuation);
        if (!is_known && opcode != 0) CHECK(decoded.fault == Fault::reserved_opcode);
        if (is_known && decoded.fault) CHECK(decoded.fault == Fault::reserved_bits);
      }
    }
  }
}

TEST_CASE("the largest length that may be declared costs nothing") {
  auto bytes = "\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s + "some";
  FrameDecoder decoder(Role::client, Compression::none);
  auto in = as_mutable_bytes(bytes);
  const auto piece = decoder.next(in);
  REQUIRE(piece);
  REQUIRE(*piece);
  CHECK((*piece)->header.payload_bytes == (std::uint64_t{1} << 63U) - 1);
  CHECK((*piece)->header.header_bytes == 10);
  CHECK(as_text((*piece)->payload) == "some");
  CHECK_FALSE((*piece)->is_last);
}

TEST_CASE("payload is unmasked where it lies, and what follows it is left alone") {
  auto bytes = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x89"s;
  FrameDecoder decoder(Role::server, Compression::none);
  auto in = as_mutable_bytes(bytes);
  const auto piece = decoder.next(in);
  REQUIRE(piece);
  REQUIRE(*piece);
  CHECK((*piece)->payload.data() == as_bytes(bytes).data() + 6);
  CHECK(bytes.substr(6) == "Hello\x89");
  CHECK(in.size() == 1);
  CHECK((*piece)->is_first);
  CHECK((*piece)->is_last);
}

TEST_CASE("a header shows itself before its payload is there") {
  auto bytes = "\x82\x7E\x01\x00"s;
  FrameDecoder decoder(Role::client, Compression::none);
  auto in = as_mutable_bytes(bytes);
  const auto piece = decoder.next(in);
  REQUIRE(piece);
  REQUIRE(*piece);
  CHECK((*piece)->is_first);
  CHECK_FALSE((*piece)->is_last);
  CHECK((*piece)->payload.empty());
  CHECK((*piece)->header.payload_bytes == 256);
  CHECK_FALSE(decoder.is_between_frames());
  const auto nothing = decoder.next(in);
  REQUIRE(nothing);
  CHECK_FALSE(*nothing);
}

TEST_CASE("a decoder is as small as one for every connection has to be") {
  CHECK(sizeof(FrameDecoder) <= 24);
}

}  // namespace weir::protocol::websocket
