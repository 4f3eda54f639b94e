#pragma once

#include "protocol/websocket/fault.hpp"
#include "protocol/websocket/frame.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace weir::protocol::websocket {

/// The checked header of a frame.
struct FrameHeader {
  Opcode opcode = Opcode::continuation;
  bool is_final = false;            ///< FIN: the last frame of its message
  bool is_compressed = false;       ///< RSV1: the message is compressed (RFC 7692, 6)
  std::uint8_t header_bytes = 0;    ///< 2..14, on the wire
  std::uint64_t payload_bytes = 0;  ///< declared by the peer: 0..2^63-1, not to be trusted
};

/// What of one frame is at hand: all of it, or its beginning, middle or end.
struct FramePiece {
  FrameHeader header;
  MutableByteView payload;  ///< unmasked, inside the caller's buffer; may be empty
  bool is_first = false;    ///< the header has just become complete
  bool is_last = false;     ///< the frame ends with this piece
};

/// Takes a byte stream apart into frames, in any segmentation, without copying or allocating.
/// Checks all that RFC 6455 says of single frames and of their order, each byte as soon as it is
/// there. Keeps 24 bytes, because there is one for every connection; knows no limits on payloads.
/// Owned by the MessageAssembler of a connection.
class FrameDecoder {
public:
  /// Whether RSV1 has a meaning.
  enum class Compression : std::uint8_t { none, negotiated };

  FrameDecoder(Role role, Compression compression) : role_(role), compression_(compression) {}

  /// Takes the next piece off the front of `in` and unmasks it there.
  /// Shape:  every frame yields exactly one piece with `is_first` and one with `is_last`, which may
  ///         be the same. The piece's payload lives as long as the caller's buffer does.
  ///         nullopt when `in` is used up: call again with what comes next.
  /// Errors: every fault of a header; fatal, call no more.
  /// Source: RFC 6455, 5.1 to 5.5; RFC 7692, 6.
  [[nodiscard]] Result<std::optional<FramePiece>, Fault> next(MutableByteView& in);

  /// Whether the bytes so far end where a frame does.
  [[nodiscard]] bool is_between_frames() const { return raw_bytes_ == 0; }

private:
  [[nodiscard]] Result<bool, Fault> read_header(MutableByteView& in);
  [[nodiscard]] std::optional<Fault> check_first_byte() const;
  [[nodiscard]] std::optional<Fault> check_second_byte() const;
  [[nodiscard]] std::optional<Fault> check_length() const;
  [[nodiscard]] std::uint8_t header_bytes() const;
  [[nodiscard]] std::uint64_t payload_bytes() const;
  [[nodiscard]] bool is_masked() const;
  [[nodiscard]] Opcode opcode() const;
  [[nodiscard]] bool is_final() const;
  [[nodiscard]] MaskKey mask_key() const;

  std::uint64_t payload_left_ = 0;
  std::array<std::uint8_t, frame_header_bytes_max> raw_{};  ///< the header as it came
  std::uint8_t raw_bytes_ = 0;                              ///< of raw_; 0 between frames
  bool in_payload_ : 1 = false;                             ///< raw_ is complete
  bool in_message_ : 1 = false;  ///< a data frame without FIN came, its last has not
  Role role_ : 1;
  Compression compression_ : 1;
};

}  // namespace weir::protocol::websocket
