#include "protocol/core/bytes.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::protocol {

TEST_CASE("base64 of the RFC's examples, both ways") {
  struct Row {
    std::string_view plain;
    std::string_view encoded;
  };
  const Row rows[] = {
      // RFC 4648, 10
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {std::string_view("\x00\xFF\x10", 3), "AP8Q"},
      {"\xFB\xFF\xBF", "+/+/"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.encoded);
    CHECK(to_base64(row.plain) == row.encoded);
    std::string decoded = "left over";
    CHECK(from_base64(row.encoded, decoded));
    CHECK(decoded == row.plain);
  }
}

TEST_CASE("text that is not canonical base64 is refused") {
  struct Row {
    std::string_view name;
    std::string_view text;
  };
  const Row rows[] = {
      {"length is no multiple of 4", "Zm9vY"},
      {"no padding", "Zg"},
      {"half the padding", "Zg="},
      {"padding only", "===="},
      {"one character and three of padding", "Z==="},
      {"padding in the middle", "Zg==Zg=="},
      {"spare bits set before two of padding", "Zh=="},
      {"spare bits set before one of padding", "Zm9="},
      {"alphabet for URLs", "-_-_"},
      {"blank", "Zm9 "},
      {"line break", "Zm9v\n\n\n\n"},
      {"not ASCII", "Zm9\xC3"},
      {"NUL", std::string_view("Zm\0v", 4)},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    std::string decoded;
    CHECK_FALSE(from_base64(row.text, decoded));
  }
}

TEST_CASE("any bytes come back from base64") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (std::size_t count = 0; count < 300; ++count) {
    const auto plain = random.bytes(count);
    const auto encoded = to_base64(plain);
    CHECK(encoded.size() == (count + 2) / 3 * 4);
    std::string decoded;
    CHECK(from_base64(encoded, decoded));
    CHECK(decoded == plain);
  }
}

TEST_CASE("the alphabet for URLs has no padding and no plus and slash") {
  std::string decoded;
  CHECK(from_base64url("-_-_", decoded));
  CHECK(decoded == "\xFB\xFF\xBF");
  CHECK(from_base64url("Zg", decoded));
  CHECK(decoded == "f");
  CHECK(from_base64url("", decoded));
  CHECK(decoded.empty());
  for (const auto* wrong : {"Zg==", "+/+/", "Z", "Zh", "Zg Zg", "Zm9v="}) {
    CAPTURE(wrong);
    CHECK_FALSE(from_base64url(wrong, decoded));
  }
}

TEST_CASE("byte views see the text's own bytes") {
  std::string text = "a\xFF";
  CHECK(as_bytes(text)[1] == 0xFF);
  CHECK(as_text(as_bytes(text)).data() == text.data());
  as_mutable_bytes(text)[0] = 'b';
  CHECK(text == "b\xFF");
}

}  // namespace weir::protocol
