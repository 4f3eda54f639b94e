#pragma once

#include "protocol/core/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::protocol::websocket {

/// What a frame is. Source: RFC 6455, 5.2.
enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// Close, ping and pong: never fragmented, and allowed between the fragments of a message.
[[nodiscard]] constexpr bool is_control(Opcode opcode) {
  return (static_cast<std::uint8_t>(opcode) & 0x8U) != 0;
}

/// Which side of the connection we are. A server reads masked frames and writes unmasked ones.
enum class Role : std::uint8_t { server, client };

using MaskKey = std::array<std::uint8_t, 4>;  ///< in wire order; must be unpredictable

inline constexpr std::size_t control_bytes_max = 125;       ///< payload of a control frame
inline constexpr std::size_t frame_header_bytes_max = 14;   ///< 2, a 64-bit length and a mask key
inline constexpr std::size_t close_reason_bytes_max = 123;  ///< besides the code

/// Masks or unmasks in place; `offset` is the place of `bytes` in the frame's payload.
/// Source: RFC 6455, 5.3.
void apply_mask(MutableByteView bytes, MaskKey key, std::uint64_t offset);

}  // namespace weir::protocol::websocket
