#pragma once

#include "protocol/core/error.hpp"
#include "protocol/websocket/frame.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {

/// What to write into a frame's first byte. `{Opcode::text}` is a whole uncompressed message.
struct FrameStart {
  Opcode opcode = Opcode::binary;
  bool is_final = true;
  bool is_compressed = false;  ///< RSV1; on the first frame of a compressed message only
};

/// A frame's header by itself, for writes that gather header and payload from two places.
class EncodedHeader {
public:
  /// `mask`: a client's frame; the payload must then be masked with the same key.
  EncodedHeader(FrameStart start, std::uint64_t payload_bytes, std::optional<MaskKey> mask = {});
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

private:
  void push(std::uint64_t byte) { bytes_[size_++] = static_cast<char>(byte); }

  std::array<char, frame_header_bytes_max> bytes_{};
  std::uint8_t size_ = 0;
};

/// Bytes on the wire of a server's frame with this much payload.
[[nodiscard]] std::uint64_t frame_bytes(std::uint64_t payload_bytes);

/// Appends a server's frame, which can be sent to any number of clients.
/// Shape:  control frames are final and carry at most 125 bytes: more is our own bug.
/// Source: RFC 6455, 5.2.
void append_frame(std::string& out, FrameStart start, std::string_view payload);

/// Appends a client's frame. `key` must be new and unpredictable for every frame (RFC 6455, 5.3).
void append_masked_frame(std::string& out, FrameStart start, std::string_view payload, MaskKey key);

/// Appends a server's close frame with the code and name of `reason`.
void append_close(std::string& out, CloseReason reason);

/// Appends a server's close frame.
/// Shape:  without a code the payload is empty and `reason` must be; a reason of more than 123
///         bytes is cut at the end of a code point.
/// Source: RFC 6455, 5.5.1.
void append_close(std::string& out, std::optional<std::uint16_t> code, std::string_view reason);

/// The payload of such a close frame, for clients, who mask it.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);

}  // namespace weir::protocol::websocket
