#include "adapters/common/json_reader.hpp"

#include "protocol/core/limits.hpp"
#include "protocol/core/utf8.hpp"

#include <array>

namespace weir::adapters::common {

namespace {

/// Bytes within a string that need a look: the quote, the backslash, controls, and all above ASCII.
constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> special{};
  for (std::size_t i = 0; i < 0x20; ++i) special[i] = true;
  for (std::size_t i = 0x80; i < 256; ++i) special[i] = true;
  special['"'] = true;
  special['\\'] = true;
  return special;
}

constexpr std::array<bool, 256> special = make_special();

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

constexpr bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

unsigned hex_of(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    value <<= 4U;
    value |= is_digit(c) ? static_cast<unsigned>(c - '0')
                         : (static_cast<unsigned>(c) | 0x20U) - ('a' - 10U);
  }
  return value;
}

char short_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // one of "\/ as they are
  }
}

}  // namespace

bool JsonReader::fail(const char* fault) {
  if (fault_ == nullptr) fault_ = fault;
  return false;
}

std::string JsonReader::fault() const {
  if (fault_ == nullptr) return {};
  return std::string(fault_) + " at byte " + std::to_string(at_ + 1);
}

void JsonReader::skip_space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
    ++at_;
}

char JsonReader::peek() {
  skip_space();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonReader::at_end() {
  skip_space();
  return at_ == text_.size();
}

bool JsonReader::take(char wanted, const char* fault) {
  return skip_if(wanted) || fail(fault);
}

bool JsonReader::skip_if(char wanted) {
  if (fault_ != nullptr || peek() != wanted) return false;
  ++at_;
  return true;
}

std::optional<std::string_view> JsonReader::value() {
  skip_space();
  const std::size_t begin = at_;
  if (!skip_value(protocol::json_depth_max)) return std::nullopt;
  return text_.substr(begin, at_ - begin);
}

std::optional<JsonString> JsonReader::string() {
  JsonString out;
  if (!skip_string(out)) return std::nullopt;
  return out;
}

bool JsonReader::skip_value(std::size_t depth) {
  if (fault_ != nullptr) return false;
  switch (peek()) {
    case '"': {
      JsonString ignored;
      return skip_string(ignored);
    }
    case '{':
      if (depth == 0) return fail("nested too deeply");
      return object([&](JsonString) { return skip_value(depth - 1); });
    case '[':
      return skip_array(depth);
    case 't':
      return skip_word("true");
    case 'f':
      return skip_word("false");
    case 'n':
      return skip_word("null");
    default:
      return skip_number();
  }
}

bool JsonReader::skip_array(std::size_t depth) {
  if (depth == 0) return fail("nested too deeply");
  ++at_;
  if (skip_if(']')) return true;
  do {
    if (!skip_value(depth - 1)) return false;
  } while (skip_if(','));
  return take(']', "expected ',' or ']'");
}

bool JsonReader::skip_word(std::string_view word) {
  if (!text_.substr(at_).starts_with(word)) return fail("expected a value");
  at_ += word.size();
  return true;
}

bool JsonReader::skip_digits() {
  if (at_ == text_.size() || !is_digit(text_[at_])) return fail("expected a digit");
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  return true;
}

bool JsonReader::skip_number() {
  const bool is_negative = is_at('-');
  if (is_negative) ++at_;
  if (at_ == text_.size() || !is_digit(text_[at_]))
    return fail(is_negative ? "expected a digit" : "expected a value");
  if (is_at('0')) {
    ++at_;
  } else if (!skip_digits()) {
    return false;
  }
  if (is_at('.')) {
    ++at_;
    if (!skip_digits()) return false;
  }
  return (!is_at('e') && !is_at('E')) || skip_exponent();
}

bool JsonReader::skip_exponent() {
  ++at_;
  if (is_at('+') || is_at('-')) ++at_;
  return skip_digits();
}

bool JsonReader::skip_string(JsonString& out) {
  if (!take('"', "expected a string")) return false;
  const std::size_t begin = at_;
  bool is_ascii = true;
  for (;;) {
    while (at_ < text_.size() && !special[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at_ == text_.size()) return fail("the string does not end");
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\') {
      out.has_escapes = true;
      if (!skip_escape()) return false;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return fail("a control character must be escaped");
    } else {
      is_ascii = false;
      ++at_;
    }
  }
  out.raw = text_.substr(begin, at_ - begin);
  if (!is_ascii && !protocol::is_utf8(out.raw)) {
    at_ = begin;
    return fail("not UTF-8 in the string");
  }
  ++at_;
  return true;
}

bool JsonReader::skip_escape() {
  constexpr std::string_view single = "\"\\/bfnrt";
  ++at_;
  if (at_ == text_.size()) return fail("the string does not end");
  if (single.find(text_[at_]) != std::string_view::npos) {
    ++at_;
    return true;
  }
  if (text_[at_] != 'u') return fail("no such escape");
  ++at_;
  const auto unit = hex4();
  if (!unit || is_low_surrogate(*unit)) return fail("bad \\u escape");
  if (!is_high_surrogate(*unit)) return true;
  if (!text_.substr(at_).starts_with("\\u")) return fail("half of a surrogate pair");
  at_ += 2;
  const auto low = hex4();
  return (low && is_low_surrogate(*low)) || fail("half of a surrogate pair");
}

std::optional<unsigned> JsonReader::hex4() {
  constexpr std::size_t count = 4;
  const std::string_view digits = text_.substr(at_, count);
  const bool is_hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (digits.size() != count || !is_hex) return std::nullopt;
  at_ += count;
  return hex_of(digits);
}

std::string unescaped(JsonString string) {
  const std::string_view raw = string.raw;
  if (!string.has_escapes) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out.push_back(raw[i]);
      continue;
    }
    ++i;
    if (raw[i] != 'u') {
      out.push_back(short_escape(raw[i]));
      continue;
    }
    unsigned code = hex_of(raw.substr(i + 1, 4));
    i += 4;
    if (is_high_surrogate(code)) {
      const unsigned low = hex_of(raw.substr(i + 3, 4));
      code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
      i += 6;
    }
    append_utf8(out, code);
  }
  return out;
}

}  // namespace weir::adapters::common
