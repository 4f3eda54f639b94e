#include "tests/conformance/echo_peer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::tests::conformance {
namespace {

std::string text(std::string_view payload) {
  return frame({Opcode::text}, payload);
}

}  // namespace

TEST_CASE("7.1: nothing counts after a close frame") {
  const Case cases[] = {
      {"7.1.1: a message, then close", text("Hello") + close_frame(1000), {"text:Hello", normal}},
      {"7.1.2: close twice", close_frame(1000) + close_frame(1000), {normal}},
      {"7.1.3: ping after close", close_frame(1000) + frame({Opcode::ping}, ""), {normal}},
      {"7.1.4: text after close", close_frame(1000) + text("Hello"), {normal}},
      {"7.1.5: close inside a message",
       frame({Opcode::text, false}, "a") + close_frame(1000) + frame({Opcode::continuation}, "b"),
       {normal}},
      {"bad frames after close", close_frame(1000) + raw_frame(0xFF, "?"), {normal}},
  };
  check_cases(cases);

  const std::string large(std::size_t{256} << 10U, '*');  // 7.1.6
  CHECK(answers(text(large) + close_frame(1000) + frame({Opcode::ping}, ""), {8192}) ==
        Transcript{"text:" + large, normal});
}

TEST_CASE("7.3: payloads of close frames") {
  const Case cases[] = {
      {"7.3.1: empty", frame({Opcode::close}, ""), {"close::"}},
      {"7.3.2: one byte", frame({Opcode::close}, "a"), {protocol_error}},
      {"7.3.3: code", close_frame(1000), {normal}},
      {"7.3.4: code and reason", close_frame(1000, "Hello World!"), {normal}},
      {"7.3.5: code and the longest reason", close_frame(1000, std::string(123, '*')), {normal}},
      {"7.3.6: a reason of one byte too many",
       std::string(websocket::EncodedHeader({Opcode::close}, 126, websocket::MaskKey{}).view()) +
           "\x03\xE8" + std::string(124, '*'),
       {protocol_error}},
  };
  check_cases(cases);
}

TEST_CASE("7.5: a close reason must be UTF-8") {
  const Case cases[] = {
      {"7.5.1: a surrogate in the reason",
       close_frame(1000, "\xce\xba\xe1\xbd\xb9\xed\xa0\x80 edited"),
       {invalid_payload}},
      {"a reason that ends inside a code point", close_frame(1000, "\xE2\x82"), {invalid_payload}},
      {"UTF-8", close_frame(1000, "\xce\xba\xe1\xbd\xb9"), {normal}},
  };
  check_cases(cases);
}

TEST_CASE("7.7: valid close codes come back") {
  for (const auto code : std::initializer_list<std::uint16_t>{
           1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
    CAPTURE(code);
    CHECK(answers(close_frame(code), {1}) == Transcript{"close:" + std::to_string(code) + ":"});
  }
}

TEST_CASE("7.9 and 7.13: invalid close codes fail the connection") {
  for (const auto code : std::initializer_list<std::uint16_t>{
           0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    CAPTURE(code);
    CHECK(answers(close_frame(code), {1}) == Transcript{protocol_error});
    CHECK(answers(close_frame(code, "reason"), {99}) == Transcript{protocol_error});
  }
}

}  // namespace weir::tests::conformance
