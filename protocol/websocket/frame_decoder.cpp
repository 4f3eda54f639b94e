#include "protocol/websocket/frame_decoder.hpp"

#include <algorithm>

namespace weir::protocol::websocket {
namespace {

constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t rsv1_bit = 0x40;
constexpr std::uint8_t rsv2_and_3_bits = 0x30;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;
constexpr std::uint8_t length_in_16_bits = 126;
constexpr std::uint8_t length_in_64_bits = 127;

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::binary:
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      return true;
  }
  return false;
}

std::uint8_t length_field_bytes(std::uint8_t short_length) {
  if (short_length == length_in_16_bits) return 2;
  return short_length == length_in_64_bits ? 8 : 0;
}

}  // namespace

Result<std::optional<FramePiece>, Fault> FrameDecoder::next(MutableByteView& in) {
  const bool is_first = !in_payload_;
  if (is_first) {
    const auto complete = read_header(in);
    if (!complete) return fail(complete.error());
    if (!*complete) return std::optional<FramePiece>{};
    in_payload_ = true;
    payload_left_ = payload_bytes();
    if (!is_control(opcode())) in_message_ = !is_final();
  } else if (in.empty()) {
    return std::optional<FramePiece>{};
  }

  FramePiece piece;
  piece.header = {.opcode = opcode(),
                  .is_final = is_final(),
                  .is_compressed = (raw_[0] & rsv1_bit) != 0,
                  .header_bytes = raw_bytes_,
                  .payload_bytes = payload_bytes()};
  piece.payload = in.first(std::min<std::uint64_t>(in.size(), payload_left_));
  in = in.subspan(piece.payload.size());
  if (is_masked()) {
    apply_mask(piece.payload, mask_key(), piece.header.payload_bytes - payload_left_);
  }
  payload_left_ -= piece.payload.size();
  piece.is_first = is_first;
  piece.is_last = payload_left_ == 0;
  if (piece.is_last) {
    in_payload_ = false;
    raw_bytes_ = 0;
  }
  return std::optional<FramePiece>{piece};
}

/// True once the header is complete. Byte by byte, so that each is refused before the next is
/// waited for, whatever the segmentation.
Result<bool, Fault> FrameDecoder::read_header(MutableByteView& in) {
  while (!in.empty()) {
    raw_[raw_bytes_++] = in.front();
    in = in.subspan(1);
    std::optional<Fault> fault;
    if (raw_bytes_ == 1) fault = check_first_byte();
    if (raw_bytes_ == 2) fault = check_second_byte();
    if (fault) return fail(*fault);
    if (raw_bytes_ < 2 || raw_bytes_ < header_bytes()) continue;
    if (fault = check_length(); fault) return fail(*fault);
    return true;
  }
  return false;
}

std::optional<Fault> FrameDecoder::check_first_byte() const {
  const auto opcode = this->opcode();
  if (!is_known(opcode)) return Fault::reserved_opcode;
  if ((raw_[0] & rsv2_and_3_bits) != 0) return Fault::reserved_bits;
  const bool may_be_compressed = compression_ == Compression::negotiated && !is_control(opcode) &&
                                 opcode != Opcode::continuation;
  if ((raw_[0] & rsv1_bit) != 0 && !may_be_compressed) return Fault::reserved_bits;
  if (is_control(opcode)) {
    return is_final() ? std::nullopt : std::optional(Fault::control_fragmented);
  }
  if (opcode == Opcode::continuation && !in_message_) return Fault::unexpected_continuation;
  if (opcode != Opcode::continuation && in_message_) return Fault::missing_continuation;
  return std::nullopt;
}

std::optional<Fault> FrameDecoder::check_second_byte() const {
  if (role_ == Role::server && !is_masked()) return Fault::not_masked;
  if (role_ == Role::client && is_masked()) return Fault::masked;
  if (is_control(opcode()) && (raw_[1] & length_bits) > control_bytes_max) {
    return Fault::control_too_long;
  }
  return std::nullopt;
}

std::optional<Fault> FrameDecoder::check_length() const {
  const auto field_bytes = length_field_bytes(raw_[1] & length_bits);
  const auto length = payload_bytes();
  if (field_bytes == 2 && length < length_in_16_bits) return Fault::length_not_minimal;
  if (field_bytes == 8 && length <= 0xFFFF) return Fault::length_not_minimal;
  if (length >> 63U != 0) return Fault::length_too_large;
  return std::nullopt;
}

std::uint8_t FrameDecoder::header_bytes() const {
  const auto key_bytes = is_masked() ? std::tuple_size_v<MaskKey> : 0;
  return static_cast<std::uint8_t>(2 + length_field_bytes(raw_[1] & length_bits) + key_bytes);
}

std::uint64_t FrameDecoder::payload_bytes() const {
  const std::uint8_t short_length = raw_[1] & length_bits;
  const auto field_bytes = length_field_bytes(short_length);
  if (field_bytes == 0) return short_length;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < field_bytes; ++i) length = (length << 8U) | raw_[2 + i];
  return length;
}

bool FrameDecoder::is_masked() const {
  return (raw_[1] & mask_bit) != 0;
}

Opcode FrameDecoder::opcode() const {
  return static_cast<Opcode>(raw_[0] & opcode_bits);
}

bool FrameDecoder::is_final() const {
  return (raw_[0] & fin_bit) != 0;
}

MaskKey FrameDecoder::mask_key() const {
  MaskKey key{};
  std::copy_n(raw_.begin() + header_bytes() - key.size(), key.size(), key.begin());
  return key;
}

}  // namespace weir::protocol::websocket
