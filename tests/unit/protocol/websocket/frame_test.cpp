#include "protocol/websocket/frame.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::protocol::websocket {

TEST_CASE("masking is the exclusive or of RFC 6455, 5.3, at every offset and length") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (std::uint64_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length < 40; ++length) {
      CAPTURE(offset);
      CAPTURE(length);
      const MaskKey key{random.byte(), random.byte(), random.byte(), random.byte()};
      auto bytes = random.bytes(length);
      auto expected = bytes;
      for (std::size_t i = 0; i < length; ++i) {
        expected[i] = static_cast<char>(expected[i] ^ key[(i + offset) % 4]);
      }
      apply_mask(as_mutable_bytes(bytes), key, offset);
      CHECK(bytes == expected);
    }
  }
}

TEST_CASE("masking in two parts is masking at once, and masking twice is nothing") {
  const MaskKey key{0x01, 0x80, 0xFF, 0x37};
  const std::string plain = "a payload that is longer than two words of the loop";
  auto whole = plain;
  apply_mask(as_mutable_bytes(whole), key, 0);
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    CAPTURE(cut);
    auto parts = plain;
    apply_mask(as_mutable_bytes(parts).first(cut), key, 0);
    apply_mask(as_mutable_bytes(parts).subspan(cut), key, cut);
    CHECK(parts == whole);
  }
  apply_mask(as_mutable_bytes(whole), key, 0);
  CHECK(whole == plain);
}

TEST_CASE("the opcodes from 8 on are those of control frames") {
  CHECK_FALSE(is_control(Opcode::continuation));
  CHECK_FALSE(is_control(Opcode::text));
  CHECK_FALSE(is_control(Opcode::binary));
  CHECK(is_control(Opcode::close));
  CHECK(is_control(Opcode::ping));
  CHECK(is_control(Opcode::pong));
}

}  // namespace weir::protocol::websocket
