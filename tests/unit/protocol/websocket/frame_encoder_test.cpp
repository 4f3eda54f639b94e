#include "protocol/websocket/frame_encoder.hpp"

#include "protocol/core/utf8.hpp"
#include "protocol/websocket/close.hpp"
#include "protocol/websocket/frame_decoder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::protocol::websocket {
namespace {

using namespace std::string_literals;

constexpr MaskKey example_key{0x37, 0xfa, 0x21, 0x3d};

std::string frame(FrameStart start, std::string_view payload) {
  std::string out;
  append_frame(out, start, payload);
  return out;
}

}  // namespace

TEST_CASE("frames are written as in the examples of the RFCs") {
  // RFC 6455, 5.7
  CHECK(frame({Opcode::text}, "Hello") == "\x81\x05Hello");
  CHECK(frame({Opcode::text, false}, "Hel") + frame({Opcode::continuation}, "lo") ==
        "\x01\x03Hel\x80\x02lo");
  CHECK(frame({Opcode::ping}, "Hello") == "\x89\x05Hello");
  CHECK(frame({Opcode::binary}, std::string(256, 'x')) ==
        "\x82\x7E\x01\x00"s + std::string(256, 'x'));
  CHECK(frame({Opcode::binary}, std::string(65536, 'x')) ==
        "\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s + std::string(65536, 'x'));
  std::string masked;
  append_masked_frame(masked, {Opcode::text}, "Hello", example_key);
  append_masked_frame(masked, {Opcode::pong}, "Hello", example_key);
  CHECK(masked ==
        "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
        "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  // RFC 7692, 7.2.3.1
  CHECK(frame({Opcode::text, true, true}, "\xf2\x48\xcd\xc9\xc9\x07\x00"s) ==
        "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"s);
}

TEST_CASE("every length is written in the fewest bytes, and read back") {
  struct Row {
    std::uint64_t payload_bytes;
    std::size_t header_bytes;
  };
  const Row rows[] = {{0, 2},
                      {1, 2},
                      {125, 2},
                      {126, 4},
                      {65535, 4},
                      {65536, 10},
                      {std::uint64_t{1} << 32U, 10},
                      {(std::uint64_t{1} << 63U) - 1, 10}};
  for (const auto& row : rows) {
    CAPTURE(row.payload_bytes);
    const EncodedHeader header({Opcode::binary}, row.payload_bytes);
    const EncodedHeader masked({Opcode::binary}, row.payload_bytes, example_key);
    CHECK(header.view().size() == row.header_bytes);
    CHECK(masked.view().size() == row.header_bytes + 4);
    CHECK(frame_bytes(row.payload_bytes) == row.header_bytes + row.payload_bytes);

    std::string bytes(masked.view());
    auto in = as_mutable_bytes(bytes);
    FrameDecoder decoder(Role::server, FrameDecoder::Compression::none);
    const auto piece = decoder.next(in);
    REQUIRE(piece);
    REQUIRE(*piece);
    CHECK((*piece)->header.payload_bytes == row.payload_bytes);
    CHECK((*piece)->header.header_bytes == masked.view().size());
  }
}

TEST_CASE("frames are appended to what is there") {
  std::string out = "before";
  append_frame(out, {Opcode::text}, "a");
  append_close(out, {}, {});
  append_masked_frame(out, {Opcode::text}, std::string_view("\0\0", 2), example_key);
  CHECK(out == "before\x81\x01"s + "a\x88\x00"s + "\x81\x82\x37\xfa\x21\x3d\x37\xfa");
}

TEST_CASE("a close frame carries the code and the name of its reason") {
  std::string out;
  append_close(out, CloseReason::going_away);
  CHECK(out == "\x88\x0C\x03\xE9going_away");
  for (const auto& row : close_table()) {
    CAPTURE(row.name);
    const auto close = parse_close(as_bytes(close_payload(row.code, row.name)));
    REQUIRE(close);
    CHECK(close->code == row.code);
  }
}

TEST_CASE("a close reason is cut where it no longer fits, but never inside a code point") {
  const std::string fits(close_reason_bytes_max, 'x');
  CHECK(close_payload(1000, fits) == "\x03\xE8" + fits);
  CHECK(close_payload(1000, fits + "y") == "\x03\xE8" + fits);
  for (std::size_t ascii = 115; ascii <= 123; ++ascii) {
    CAPTURE(ascii);
    const auto reason = std::string(ascii, 'x') + "\xF0\x9F\x98\x80\xE2\x82\xAC\xC3\xA4";
    const auto payload = close_payload(1000, reason);
    CHECK(payload.size() <= control_bytes_max);
    CHECK(payload.size() > control_bytes_max - 4);
    CHECK(is_utf8(std::string_view(payload).substr(2)));
    CHECK(reason.starts_with(std::string_view(payload).substr(2)));
  }
}

}  // namespace weir::protocol::websocket
