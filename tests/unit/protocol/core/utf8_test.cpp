#include "protocol/core/utf8.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol {
namespace {

struct Row {
  std::string_view name;
  std::string_view text;
};

// RFC 3629, 3 and 4: the first and the last of every length, and the edges of the excluded ranges.
const Row valid[] = {
    {"nothing", ""},
    {"ASCII", "Hello"},
    {"U+0000", std::string_view("\0", 1)},
    {"U+007F", "\x7F"},
    {"U+0080", "\xC2\x80"},
    {"U+07FF", "\xDF\xBF"},
    {"U+0800", "\xE0\xA0\x80"},
    {"U+0FFF", "\xE0\xBF\xBF"},
    {"U+1000", "\xE1\x80\x80"},
    {"U+D7FF, before the surrogates", "\xED\x9F\xBF"},
    {"U+E000, after the surrogates", "\xEE\x80\x80"},
    {"U+FFFE", "\xEF\xBF\xBE"},
    {"U+FFFF", "\xEF\xBF\xBF"},
    {"U+10000", "\xF0\x90\x80\x80"},
    {"U+3FFFF", "\xF0\xBF\xBF\xBF"},
    {"U+40000", "\xF1\x80\x80\x80"},
    {"U+FFFFF", "\xF3\xBF\xBF\xBF"},
    {"U+10FFFF, the last", "\xF4\x8F\xBF\xBF"},
    {"Greek", "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5"},
};

struct BadRow {
  std::string_view name;
  std::string_view text;
  std::size_t first_bad;  ///< index of the byte that no valid text can have there
};

const BadRow bad[] = {
    {"a tail byte alone", "\x80", 0},
    {"the last tail byte alone", "\xBF", 0},
    {"C0, always overlong", "\xC0\x80", 0},
    {"C1, always overlong", "\xC1\xBF", 0},
    {"two bytes, ASCII instead of a tail",
     "\xC2"
     "A",
     1},
    {"two bytes, start instead of a tail", "\xC2\xC2\x80", 1},
    {"U+07FF in three bytes", "\xE0\x9F\xBF", 1},
    {"U+0000 in three bytes", "\xE0\x80\x80", 1},
    {"U+D800, a surrogate", "\xED\xA0\x80", 1},
    {"U+DFFF, a surrogate", "\xED\xBF\xBF", 1},
    {"U+D83D U+DE00, a pair of surrogates", "\xED\xA0\xBD\xED\xB8\x80", 1},
    {"three bytes, the third is not a tail", "\xE1\x80\x7F", 2},
    {"U+FFFF in four bytes", "\xF0\x8F\xBF\xBF", 1},
    {"U+110000, beyond the last", "\xF4\x90\x80\x80", 1},
    {"four bytes, the fourth is not a tail", "\xF1\x80\x80\xC0", 3},
    {"F5", "\xF5\x80\x80\x80", 0},
    {"five bytes", "\xF8\x88\x80\x80\x80", 0},
    {"six bytes", "\xFC\x84\x80\x80\x80\x80", 0},
    {"FE", "\xFE", 0},
    {"FF", "\xFF", 0},
    {"after good text", "\xCE\xBA\xE1\xBD\xB9\xED\xA0\x80", 6},
};

/// Index of the first byte after which `feed` says no.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  Utf8Validator validator;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!validator.feed(as_bytes(text.substr(i, 1)))) return i;
  }
  return std::nullopt;
}

/// Decodes by arithmetic instead of by table: the meaning of RFC 3629, 3, not its grammar.
bool is_utf8_by_value(std::string_view text) {
  const std::uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    std::size_t tails = 0;
    if (lead >= 0x80) tails = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if ((lead >= 0x80 && lead < 0xC0) || lead >= 0xF8 || i + tails > text.size()) return false;
    std::uint32_t value = tails == 0 ? lead : lead & (0x3FU >> tails);
    for (std::size_t tail = 0; tail < tails; ++tail) {
      const auto byte = static_cast<unsigned char>(text[i++]);
      if ((byte & 0xC0U) != 0x80U) return false;
      value = (value << 6U) | (byte & 0x3FU);
    }
    if (value < smallest[tails] || value > 0x10FFFF || (value >> 11U) == 0x1B) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("valid text is valid, and no byte of it is refused before the end") {
  for (const auto& row : valid) {
    CAPTURE(row.name);
    CHECK(is_utf8(row.text));
    CHECK_FALSE(first_bad_byte(row.text));
  }
}

TEST_CASE("bad text is refused at the first bad byte") {
  for (const auto& row : bad) {
    CAPTURE(row.name);
    CHECK_FALSE(is_utf8(row.text));
    CHECK(first_bad_byte(row.text) == row.first_bad);
  }
}

TEST_CASE("text that ends inside a code point is not complete, but may go on") {
  for (const auto& row : valid) {
    CAPTURE(row.name);
    Utf8Validator validator;
    for (const char& byte : row.text) {
      CHECK(validator.feed(as_bytes({&byte, 1})));
      const std::string_view so_far(row.text.data(), &byte + 1);
      CHECK(validator.is_complete() == is_utf8(so_far));
    }
    CHECK(validator.is_complete());
  }
}

TEST_CASE("a validator stays bad until it is reset") {
  Utf8Validator validator;
  CHECK_FALSE(validator.feed(as_bytes("\xFF")));
  CHECK_FALSE(validator.feed(as_bytes("good")));
  CHECK_FALSE(validator.feed({}));
  CHECK_FALSE(validator.is_complete());
  validator.reset();
  CHECK(validator.feed(as_bytes("good")));
  CHECK(validator.is_complete());
}

TEST_CASE("a bad byte is found at every place of a long text") {
  for (std::size_t at = 0; at < 70; ++at) {
    CAPTURE(at);
    std::string text(70, 'a');
    text[at] = '\xFF';
    CHECK_FALSE(is_utf8(text));
    text[at] = '\x80';
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("each byte that has no place is replaced, the others stay") {
  CHECK(with_valid_utf8("").empty());
  CHECK(with_valid_utf8("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(with_valid_utf8("caf\xe9 \xf0\x9f") == "caf\uFFFD \uFFFD\uFFFD");
  CHECK(with_valid_utf8("\xff") == "\uFFFD");
}

TEST_CASE("every sequence of up to three bytes, and random ones of four, agree with arithmetic") {
  std::size_t mismatches = 0;
  const auto compare = [&](std::string_view text) {
    if (is_utf8(text) != is_utf8_by_value(text)) ++mismatches;
  };
  for (unsigned value = 0; value < 1U << 24U; ++value) {
    const char bytes[] = {
        static_cast<char>(value), static_cast<char>(value >> 8U), static_cast<char>(value >> 16U)};
    if (value < 1U << 8U) compare({bytes, 1});
    if (value < 1U << 16U) compare({bytes, 2});
    // The tails' low bits do not matter to the rules: every fourth is enough.
    if (value < 1U << 16U || (value >> 16U) % 4 == 0) compare({bytes, 3});
  }
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int i = 0; i < 1'000'000; ++i) {
    char bytes[4];
    for (auto& byte : bytes) byte = static_cast<char>(random.byte() | 0x80U);
    compare({bytes, 4});
  }
  CHECK(mismatches == 0);
}

}  // namespace weir::protocol
