#include "protocol/core/json_text.hpp"

#include "protocol/core/utf8.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <system_error>

namespace weir::protocol {
namespace {

template <class T>
void append_digits(T number, std::string& out) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  assert(end.ec == std::errc{});
  out.append(digits.data(), end.ptr);
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(char c, std::string& out) {
  constexpr std::string_view plain = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  if (const auto index = plain.find(c); index != std::string_view::npos) {
    out.push_back('\\');
    out.push_back(letters[index]);
    return;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  out.append("\\u00");
  out.push_back(digits[code >> 4U]);
  out.push_back(digits[code & 0xfU]);
}

}  // namespace

void append_string(std::string_view text, std::string& out) {
  out.push_back('"');
  if (is_utf8(text)) {
    append_string_content(text, out);
  } else {
    append_string_content(with_valid_utf8(text), out);
  }
  out.push_back('"');
}

void append_string_content(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const auto special = std::ranges::find_if(text, needs_escape);
    const auto plain = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, plain));
    if (special == text.end()) return;
    append_escaped(*special, out);
    text.remove_prefix(plain + 1);
  }
}

void append_integer(std::uint64_t number, std::string& out) {
  append_digits(number, out);
}

void append_integer(std::int64_t number, std::string& out) {
  append_digits(number, out);
}

void append_number(double number, std::string& out) {
  assert(std::isfinite(number));
  append_digits(number, out);
}

}  // namespace weir::protocol
