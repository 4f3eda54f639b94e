#pragma once

#include "protocol/core/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::protocol {

/// Checks UTF-8 as it streams in, one byte of state, and fails at the first byte that cannot
/// continue a valid text: overlong forms, surrogates and code points above U+10FFFF included.
/// Source: RFC 3629 section 4; RFC 6455 section 8.1.
class Utf8Validator {
public:
  /// False once and for all when a bad byte was met.
  [[nodiscard]] bool feed(ByteView bytes);
  /// Whether the text so far ends at a code point's end.
  [[nodiscard]] bool is_complete() const { return state_ == 0; }
  void reset() { state_ = 0; }

private:
  std::uint8_t state_ = 0;  ///< 0: between code points; see utf8.cpp for the rest
};

[[nodiscard]] bool is_utf8(std::string_view text);
/// `text` with U+FFFD for each byte that no UTF-8 has at its place.
[[nodiscard]] std::string with_valid_utf8(std::string_view text);

}  // namespace weir::protocol
