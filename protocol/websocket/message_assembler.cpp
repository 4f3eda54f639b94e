#include "protocol/websocket/message_assembler.hpp"

#include "protocol/websocket/bounded_append.hpp"

#include <algorithm>
#include <utility>

namespace weir::protocol::websocket {
namespace {

FrameDecoder::Compression compression(const std::optional<DeflateParameters>& deflate) {
  return deflate ? FrameDecoder::Compression::negotiated : FrameDecoder::Compression::none;
}

}  // namespace

MessageAssembler::MessageAssembler(Role role,
                                   const MessageLimits& limits,
                                   const std::optional<DeflateParameters>& deflate)
    : decoder_(role, compression(deflate)), limits_(&limits) {
  if (!deflate) return;
  inflater_ = std::make_unique<Inflater>(role == Role::server ? deflate->client_takeover
                                                              : deflate->server_takeover);
}

Result<std::optional<Inbound>, Fault> MessageAssembler::next(MutableByteView& in) {
  release();
  while (!is_closed_) {
    const auto piece = decoder_.next(in);
    if (!piece) return fail(piece.error());
    if (!*piece) return std::optional<Inbound>{};
    auto step = is_control((*piece)->header.opcode) ? on_control(**piece) : on_data(**piece);
    if (!step || *step) return step;
  }
  in = {};
  return std::optional<Inbound>{};
}

void MessageAssembler::release() {
  if (!std::exchange(is_delivered_, false)) return;
  if (is_open_) {
    held_->control.clear();
  } else {
    held_.reset();
  }
}

void MessageAssembler::ignore_data() {
  ignores_data_ = true;
  if (!std::exchange(is_open_, false)) return;
  if (held_) std::string().swap(held_->payload);  // assignment would keep the memory
  inflater_.reset();
  wire_bytes_ = 0;
}

std::size_t MessageAssembler::held_bytes() const {
  std::size_t bytes = inflater_ && inflater_->is_active() ? inflater_bytes_max : 0;
  if (held_) bytes += sizeof(Held) + held_->payload.capacity() + held_->control.capacity();
  return bytes;
}

MessageAssembler::Step MessageAssembler::on_control(const FramePiece& piece) {
  if (piece.is_first && is_open_) {
    const auto frame_bytes = piece.header.header_bytes + piece.header.payload_bytes;
    if (const auto fault = count_wire_bytes(frame_bytes)) return fail(*fault);
  }
  auto payload = as_text(piece.payload);
  if (!piece.is_first || !piece.is_last) {
    held().control.append(payload);
    if (!piece.is_last) return std::optional<Inbound>{};
    payload = held().control;
    is_delivered_ = true;
  }
  if (piece.header.opcode == Opcode::ping) return std::optional<Inbound>{Ping{payload}};
  if (piece.header.opcode == Opcode::pong) return std::optional<Inbound>{Pong{payload}};
  const auto close = parse_close(as_bytes(payload));
  if (!close) return fail(close.error());
  is_closed_ = true;
  return std::optional<Inbound>{*close};
}

MessageAssembler::Step MessageAssembler::on_data(const FramePiece& piece) {
  if (ignores_data_) return std::optional<Inbound>{};
  if (piece.is_first) {
    if (const auto fault = begin_data_frame(piece.header)) return fail(*fault);
  }
  // The bytes that the budget still covers are looked at before its end counts, so that the outcome
  // does not depend on how they were cut into reads.
  const auto bytes = piece.payload.first(
      std::min<std::uint64_t>(piece.payload.size(), limits_->wire_bytes_max - wire_bytes_));
  const bool is_cut = bytes.size() < piece.payload.size();
  const bool ends_message = piece.is_last && piece.header.is_final && !is_cut;
  if (is_compressed_) {
    if (const auto fault = take_compressed(bytes, ends_message)) return fail(*fault);
  } else {
    if (const auto fault = check_text(bytes)) return fail(*fault);
    const bool lies_whole = piece.is_first && ends_message && fragments_ == 1;
    if (lies_whole) return finish_message(as_text(bytes));
    bounded_append(held().payload, as_text(bytes), limits_->message_bytes_max);
  }
  if (is_cut) return fail(Fault::wire_bytes);
  wire_bytes_ += bytes.size();
  if (!ends_message) return std::optional<Inbound>{};
  is_delivered_ = true;
  return finish_message(held().payload);
}

std::optional<Fault> MessageAssembler::begin_data_frame(const FrameHeader& header) {
  if (header.opcode != Opcode::continuation) {
    type_ = header.opcode == Opcode::text ? MessageType::text : MessageType::binary;
    is_open_ = true;
    is_compressed_ = header.is_compressed;
    fragments_ = 0;
    utf8_.reset();
  }
  if (++fragments_ > limits_->fragments_max) return Fault::fragments;
  const auto held_bytes = held_ ? held_->payload.size() : 0;
  if (!is_compressed_ && header.payload_bytes > limits_->message_bytes_max - held_bytes) {
    return Fault::message_too_big;
  }
  return count_wire_bytes(header.header_bytes);
}

std::optional<Fault> MessageAssembler::take_compressed(ByteView bytes, bool ends_message) {
  auto& payload = held().payload;
  const auto checked_bytes = payload.size();
  auto inflated = inflater_->feed(bytes, payload, limits_->message_bytes_max);
  if (inflated && ends_message) inflated = inflater_->finish(payload, limits_->message_bytes_max);
  // What was inflated before a fault is text too, and its own fault would be the earlier one.
  if (const auto fault = check_text(as_bytes(payload).subspan(checked_bytes))) return fault;
  return inflated ? std::nullopt : std::optional(inflated.error());
}

std::optional<Fault> MessageAssembler::check_text(ByteView bytes) {
  if (type_ == MessageType::binary || utf8_.feed(bytes)) return std::nullopt;
  return Fault::bad_utf8;
}

std::optional<Fault> MessageAssembler::count_wire_bytes(std::uint64_t bytes) {
  if (bytes > limits_->wire_bytes_max - wire_bytes_) return Fault::wire_bytes;
  wire_bytes_ += bytes;
  return std::nullopt;
}

MessageAssembler::Step MessageAssembler::finish_message(std::string_view payload) {
  if (type_ == MessageType::text && !utf8_.is_complete()) return fail(Fault::bad_utf8);
  is_open_ = false;
  wire_bytes_ = 0;
  return std::optional<Inbound>{Message{.type = type_, .payload = payload}};
}

MessageAssembler::Held& MessageAssembler::held() {
  if (!held_) held_ = std::make_unique<Held>();
  return *held_;
}

}  // namespace weir::protocol::websocket
