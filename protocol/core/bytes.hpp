#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::protocol {

/// Bytes in and out of the sans-IO layers. The only place that casts between char and byte views.
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline MutableByteView as_mutable_bytes(std::span<char> text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Base64 of RFC 4648 section 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Decodes into `out`; false when `text` is not canonical base64 with padding.
[[nodiscard]] bool from_base64(std::string_view text, std::string& out);
/// The same for the URL-safe alphabet of RFC 4648 section 5, which has no padding here, as in RFC
/// 7515.
[[nodiscard]] bool from_base64url(std::string_view text, std::string& out);

}  // namespace weir::protocol
