#include "protocol/websocket/message_assembler.hpp"

#include "protocol/websocket/frame_encoder.hpp"
#include "tests/support/transcript.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::protocol::websocket {
namespace {

using tests::read_in_pieces;
using tests::Transcript;

constexpr MaskKey key{0x37, 0xfa, 0x21, 0x3d};

std::string client_frame(FrameStart start, std::string_view payload) {
  std::string out;
  append_masked_frame(out, start, payload, key);
  return out;
}

std::string compressed(std::string_view message) {
  std::string out;
  Deflater(DeflateSettings{}).compress(message, out);
  return out;
}

}  // namespace

TEST_CASE("messages and control frames come out whole in every segmentation") {
  const auto stream =
      client_frame({Opcode::text}, "Hello") + client_frame({Opcode::binary, false}, "ab") +
      client_frame({Opcode::ping}, "are you there?") +
      client_frame({Opcode::continuation, false}, "") + client_frame({Opcode::continuation}, "cd") +
      client_frame({Opcode::text, true, true}, compressed("compressed text")) +
      client_frame({Opcode::close}, close_payload(1000, "bye")) + "ignored";
  const Transcript expected{
      "text:Hello", "ping:are you there?", "binary:abcd", "text:compressed text", "close:1000:bye"};
  const MessageLimits limits;
  for (std::size_t piece = 0; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    MessageAssembler assembler(Role::server, limits, DeflateParameters{});
    const auto cuts = piece == 0 ? std::vector<std::size_t>{} : std::vector{piece};
    CHECK(read_in_pieces(assembler, stream, cuts) == expected);
    CHECK(assembler.held_bytes() == 0);
  }
}

}  // namespace weir::protocol::websocket
