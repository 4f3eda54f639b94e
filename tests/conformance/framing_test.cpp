#include "tests/conformance/echo_peer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::tests::conformance {
namespace {

const std::string close = close_frame(1000);

std::string text(std::string_view payload) {
  return frame({Opcode::text}, payload);
}
std::string first(std::string_view payload) {
  return frame({Opcode::text, false}, payload);
}
std::string middle(std::string_view payload) {
  return frame({Opcode::continuation, false}, payload);
}
std::string last(std::string_view payload) {
  return frame({Opcode::continuation}, payload);
}
std::string ping(std::string_view payload) {
  return frame({Opcode::ping}, payload);
}

/// Masked, with FIN and a length of its own, but without its payload.
std::string ping_header_of(std::uint64_t payload_bytes) {
  return std::string(
      websocket::EncodedHeader({Opcode::ping}, payload_bytes, websocket::MaskKey{}).view());
}

}  // namespace

TEST_CASE("1: messages of all lengths that change the header come back") {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 128U, 65535U, 65536U, 65537U}) {
    CAPTURE(size);
    const std::string payload(size, '*');
    const auto bytes = text(payload) + frame({Opcode::binary}, payload) + close;
    const Transcript expected{"text:" + payload, "binary:" + payload, normal};
    for (const std::size_t piece_bytes : {997U, 4096U, 1U << 20U}) {
      CHECK(answers(bytes, {piece_bytes}) == expected);
    }
  }
}

TEST_CASE("2: pings and pongs") {
  const std::string bytes_of_all_kinds = "\x00\xff\xfe\xfd\xfc\xfb\x00\xff";
  const std::string longest(125, '\xfe');
  const Case cases[] = {
      {"2.1: ping without payload", ping("") + close, {"pong:", normal}},
      {"2.2: ping with text", ping("Hello, world!") + close, {"pong:Hello, world!", normal}},
      {"2.3: ping with binary",
       ping(bytes_of_all_kinds) + close,
       {"pong:" + bytes_of_all_kinds, normal}},
      {"2.4: ping with 125 bytes", ping(longest) + close, {"pong:" + longest, normal}},
      {"2.5: ping with 126 bytes", ping_header_of(126) + std::string(126, 'x'), {protocol_error}},
      {"2.7: unsolicited pong without payload", frame({Opcode::pong}, "") + close, {normal}},
      {"2.8: unsolicited pong with payload", frame({Opcode::pong}, "hi") + close, {normal}},
      {"2.9: unsolicited pong, then ping",
       frame({Opcode::pong}, "unsolicited") + ping("ping") + close,
       {"pong:ping", normal}},
      {"2.10: ten pings",
       ping("0") + ping("1") + ping("2") + ping("3") + ping("4") + ping("5") + ping("6") +
           ping("7") + ping("8") + ping("9") + close,
       {"pong:0",
        "pong:1",
        "pong:2",
        "pong:3",
        "pong:4",
        "pong:5",
        "pong:6",
        "pong:7",
        "pong:8",
        "pong:9",
        normal}},
  };
  check_cases(cases);
}

TEST_CASE("3: reserved bits fail the connection, after what came before was answered") {
  const std::string hello = "Hello, world!";
  const Case cases[] = {
      {"3.1: RSV 1 on a small text", raw_frame(0x91, hello), {protocol_error}},
      {"3.2: RSV 2 after a small text",
       text(hello) + raw_frame(0xA1, hello) + ping(""),
       {"text:" + hello, protocol_error}},
      {"3.3: RSV 3 after a small text",
       text(hello) + raw_frame(0xB1, hello) + ping(""),
       {"text:" + hello, protocol_error}},
      {"3.4: RSV 4 after a small text, without compression",
       text(hello) + raw_frame(0xC1, hello) + ping(""),
       {"text:" + hello, protocol_error}},
      {"3.5: RSV 5 on binary", raw_frame(0xD2, hello), {protocol_error}},
      {"3.6: RSV 6 on a ping", raw_frame(0xE9, hello), {protocol_error}},
      {"3.7: RSV 7 on a close", raw_frame(0xF8, ""), {protocol_error}},
  };
  check_cases(cases);
}

TEST_CASE("4: reserved opcodes fail the connection, after what came before was answered") {
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    CAPTURE(opcode);
    const auto reserved = raw_frame(0x80U | opcode, "");
    const auto with_payload = raw_frame(0x80U | opcode, "reserved");
    const Case cases[] = {
        {"alone", reserved, {protocol_error}},
        {"with payload", with_payload, {protocol_error}},
        {"after a text", text("Hello") + reserved + ping(""), {"text:Hello", protocol_error}},
        {"after a text, with payload",
         text("Hello") + with_payload + ping(""),
         {"text:Hello", protocol_error}},
        {"without FIN", raw_frame(opcode, "") + ping(""), {protocol_error}},
    };
    check_cases(cases);
  }
}

TEST_CASE("5: fragmentation") {
  const Case cases[] = {
      {"5.1: fragmented ping", raw_frame(0x09, "a") + last("b"), {protocol_error}},
      {"5.2: fragmented pong", raw_frame(0x0A, "a") + last("b"), {protocol_error}},
      {"5.3: text in two fragments", first("a") + last("b") + close, {"text:ab", normal}},
      {"5.6: ping between two fragments",
       first("a") + ping("p") + last("b") + close,
       {"pong:p", "text:ab", normal}},
      {"5.9: continuation of nothing, then text", last("a") + text("b"), {protocol_error}},
      {"5.10: the same with FIN", last("a") + text("b"), {protocol_error}},
      {"5.12: continuation without FIN of nothing", middle("a") + text("b"), {protocol_error}},
      {"5.15: a message, then a continuation of nothing",
       first("a") + last("b") + middle("c") + text("d"),
       {"text:ab", protocol_error}},
      {"5.16: twice a continuation of nothing before a message",
       middle("a") + first("b") + last("c"),
       {protocol_error}},
      {"5.17: the same with FIN", last("a") + first("b") + last("c"), {protocol_error}},
      {"5.18: text inside a message", first("a") + text("b"), {protocol_error}},
      {"5.18: binary inside a message",
       first("a") + frame({Opcode::binary}, "b"),
       {protocol_error}},
      {"5.19: pings between five fragments",
       first("1") + middle("2") + ping("p") + middle("3") + middle("4") + ping("q") + last("5") +
           close,
       {"pong:p", "pong:q", "text:12345", normal}},
      {"empty fragments at every place",
       first("") + middle("") + middle("a") + middle("") + last("") + close,
       {"text:a", normal}},
      {"only empty fragments", first("") + middle("") + last("") + close, {"text:", normal}},
      {"messages one behind another",
       first("a") + last("b") + text("c") + frame({Opcode::binary, false}, "d") + last("e") + close,
       {"text:ab", "text:c", "binary:de", normal}},
      {"pong between fragments",
       first("a") + frame({Opcode::pong}, "p") + last("b") + close,
       {"text:ab", normal}},
  };
  check_cases(cases);
}

TEST_CASE("what is not masked fails the connection (RFC 6455, 5.1)") {
  std::string unmasked;
  websocket::append_frame(unmasked, {Opcode::text}, "Hello");
  std::string unmasked_close;
  websocket::append_close(unmasked_close, 1000, {});
  const Case cases[] = {
      {"a text", unmasked, {protocol_error}},
      {"after a text", text("Hello") + unmasked, {"text:Hello", protocol_error}},
      {"a close", unmasked_close, {protocol_error}},
  };
  check_cases(cases);
}

}  // namespace weir::tests::conformance
