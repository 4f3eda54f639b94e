#include "protocol/websocket/frame_encoder.hpp"

#include "protocol/core/bytes.hpp"

#include <cassert>

namespace weir::protocol::websocket {
namespace {

void check(FrameStart start, std::string_view payload) {
  if (!is_control(start.opcode)) return;
  assert(start.is_final && !start.is_compressed && payload.size() <= control_bytes_max);
}

std::string_view cut_at_code_point(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto is_tail = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  auto end = bytes_max;
  while (end > 0 && is_tail(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

EncodedHeader::EncodedHeader(FrameStart start,
                             std::uint64_t payload_bytes,
                             std::optional<MaskKey> mask) {
  push((start.is_final ? 0x80U : 0U) | (start.is_compressed ? 0x40U : 0U) |
       static_cast<unsigned>(start.opcode));
  const auto mask_bit = mask ? 0x80U : 0U;
  unsigned length_field_bits = 0;
  if (payload_bytes <= 125) {
    push(mask_bit | payload_bytes);
  } else if (payload_bytes <= 0xFFFF) {
    push(mask_bit | 126U);
    length_field_bits = 16;
  } else {
    push(mask_bit | 127U);
    length_field_bits = 64;
  }
  while (length_field_bits > 0) {
    length_field_bits -= 8;
    push((payload_bytes >> length_field_bits) & 0xFFU);
  }
  if (!mask) return;
  for (const auto byte : *mask) push(byte);
}

std::uint64_t frame_bytes(std::uint64_t payload_bytes) {
  if (payload_bytes <= 125) return 2 + payload_bytes;
  return payload_bytes + (payload_bytes <= 0xFFFF ? 4 : 10);
}

void append_frame(std::string& out, FrameStart start, std::string_view payload) {
  check(start, payload);
  out.append(EncodedHeader(start, payload.size()).view()).append(payload);
}

void append_masked_frame(std::string& out,
                         FrameStart start,
                         std::string_view payload,
                         MaskKey key) {
  check(start, payload);
  out.append(EncodedHeader(start, payload.size(), key).view());
  const auto payload_at = out.size();
  out.append(payload);
  apply_mask(as_mutable_bytes(std::span(out).subspan(payload_at)), key, 0);
}

void append_close(std::string& out, CloseReason reason) {
  append_close(out, info(reason).code, info(reason).name);
}

void append_close(std::string& out, std::optional<std::uint16_t> code, std::string_view reason) {
  assert(code || reason.empty());
  append_frame(out, {Opcode::close}, code ? close_payload(*code, reason) : std::string());
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return payload.append(cut_at_code_point(reason, close_reason_bytes_max));
}

}  // namespace weir::protocol::websocket
