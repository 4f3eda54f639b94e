#include "protocol/websocket/close.hpp"

#include "protocol/websocket/frame_encoder.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {
namespace {

using Codes = std::initializer_list<std::uint16_t>;

}  // namespace

TEST_CASE("the codes that may be sent are those of the RFC, the registry and applications") {
  std::size_t valid = 0;
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    if (is_close_code(static_cast<std::uint16_t>(code))) ++valid;
  }
  CHECK(valid == 4 + 8 + 2000);
  for (const auto code : Codes{1000, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999}) {
    CAPTURE(code);
    CHECK(is_close_code(code));
  }
  for (const auto code :
       Codes{0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    CAPTURE(code);
    CHECK_FALSE(is_close_code(code));
  }
}

TEST_CASE("close payloads are read, or refused with the right fault") {
  struct Row {
    std::string_view name;
    std::string payload;
    std::optional<std::uint16_t> code;
    std::string_view reason;
    std::optional<Fault> fault;
  };
  const Row rows[] = {
      {"empty", "", {}, "", {}},
      {"one byte", "\x03", {}, "", Fault::close_payload_length},
      {"code only", close_payload(1000, ""), 1000, "", {}},
      {"code and reason", close_payload(3333, "see you"), 3333, "see you", {}},
      {"longest reason", close_payload(1000, std::string(123, 'x')), 1000, {}, {}},
      {"code that is never sent", close_payload(1005, ""), {}, "", Fault::close_code},
      {"code 0", close_payload(0, "x"), {}, "", Fault::close_code},
      {"code 65535", close_payload(65535, ""), {}, "", Fault::close_code},
      {"reason is not UTF-8",
       close_payload(1000, "\xCE\xBA\xED\xA0\x80"),
       {},
       "",
       Fault::close_reason},
      {"reason ends inside a code point",
       close_payload(1000, "\xE2\x82"),
       {},
       "",
       Fault::close_reason},
      {"bad code and bad reason", close_payload(1004, "\xFF"), {}, "", Fault::close_code},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto close = parse_close(as_bytes(row.payload));
    CHECK(close.has_value() == !row.fault);
    if (!close) {
      CHECK(close.error() == row.fault);
      continue;
    }
    CHECK(close->code == row.code);
    if (!row.reason.empty()) CHECK(close->reason == row.reason);
  }
}

TEST_CASE("the peer closes: its close is echoed once, and all is over") {
  CloseHandshake handshake;
  CHECK(handshake.may_send());
  CHECK(handshake.may_receive());
  CHECK(handshake.on_received() == CloseHandshake::Answer::echo);
  CHECK_FALSE(handshake.may_send());
  CHECK_FALSE(handshake.may_receive());
  CHECK(handshake.is_complete());
  CHECK_FALSE(handshake.start());
  CHECK(handshake.on_received() == CloseHandshake::Answer::none);
}

TEST_CASE("we close: once, and the peer's answer needs none") {
  CloseHandshake handshake;
  CHECK(handshake.start());
  CHECK_FALSE(handshake.start());
  CHECK_FALSE(handshake.may_send());
  CHECK_FALSE(handshake.may_receive());
  CHECK_FALSE(handshake.is_complete());
  CHECK(handshake.on_received() == CloseHandshake::Answer::none);
  CHECK(handshake.is_complete());
}

}  // namespace weir::protocol::websocket
