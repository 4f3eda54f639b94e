#include "tests/conformance/echo_peer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::tests::conformance {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

std::string in_fragments(Opcode opcode, std::string_view payload, std::size_t fragment_bytes) {
  std::string out;
  websocket::FrameStart start{opcode, false};
  while (!payload.empty()) {
    const auto fragment = payload.substr(0, fragment_bytes);
    payload.remove_prefix(fragment.size());
    start.is_final = payload.empty();
    out += frame(start, fragment);
    start.opcode = Opcode::continuation;
  }
  return out;
}

}  // namespace

TEST_CASE("9.1 and 9.2: messages of up to 16 MiB come back") {
  for (const std::size_t size : {mebibyte / 16, mebibyte, 16 * mebibyte}) {
    CAPTURE(size);
    const std::string payload(size, '*');
    for (const auto opcode : {Opcode::text, Opcode::binary}) {
      const auto transcript = answers(frame({opcode}, payload), {mebibyte / 16});
      REQUIRE(transcript.size() == 1);
      CHECK(transcript[0] == (opcode == Opcode::text ? "text:" : "binary:") + payload);
    }
  }
}

TEST_CASE("9.1: a message of one byte more than the endpoint takes is refused") {
  const auto header = std::string(
      websocket::EncodedHeader({Opcode::binary}, 16 * mebibyte + 1, websocket::MaskKey{}).view());
  CHECK(answers(header, {1}) == Transcript{"close:1009:too_big"});
}

TEST_CASE("9.3 and 9.4: 4 MiB come back in fragments of every size, 65,536 of them too") {
  const std::string payload(4 * mebibyte, '*');
  for (const std::size_t fragment_bytes : {64U, 256U, 4096U, 65536U, 1U << 20U}) {
    CAPTURE(fragment_bytes);
    const auto bytes = in_fragments(Opcode::text, payload, fragment_bytes);
    const auto transcript = answers(bytes, {mebibyte / 16});
    REQUIRE(transcript.size() == 1);
    CHECK(transcript[0] == "text:" + payload);
  }
}

TEST_CASE("9.5 and 9.6: a message comes back when it is read in small pieces") {
  const std::string payload(mebibyte / 4, '*');
  for (const std::size_t piece_bytes : {1U, 64U, 2048U}) {
    CAPTURE(piece_bytes);
    CHECK(answers(frame({Opcode::text}, payload), {piece_bytes}) == Transcript{"text:" + payload});
  }
}

TEST_CASE("10.1: a message in automatic fragments of 1300 bytes comes back") {
  const std::string payload(65536, '*');
  CHECK(answers(in_fragments(Opcode::text, payload, 1300), {1500}) ==
        Transcript{"text:" + payload});
}

}  // namespace weir::tests::conformance
