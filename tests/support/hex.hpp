#pragma once

#include <cassert>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

namespace weir::tests {

/// The bytes that two digits each stand for.
inline std::string from_hex(std::string_view digits) {
  std::string out;
  for (; digits.size() >= 2; digits.remove_prefix(2)) {
    unsigned byte = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
    assert(read.ec == std::errc{} && read.ptr == digits.data() + 2);
    out.push_back(static_cast<char>(byte));
  }
  assert(digits.empty());
  return out;
}

inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 0xfU]);
  }
  return out;
}

}  // namespace weir::tests
