#include "gateway/session/frame_cache.hpp"

#include "gateway/session/entry_changes.hpp"
#include "protocol/websocket/frame_encoder.hpp"

#include <cassert>
#include <variant>

namespace weir::gateway::session {

using protocol::Entry;
using protocol::Operation;
using protocol::websocket::Opcode;

namespace {

constexpr std::uint32_t is_patch = 8;  ///< in a variant

Opcode opcode_of(const protocol::Codec& codec) {
  return codec.message_type() == protocol::MessageType::binary ? Opcode::binary : Opcode::text;
}

}  // namespace

std::uint32_t variant_of(const DeliveryForm& form, const protocol::Codec& codec) {
  std::uint32_t variant = codec.message_type() == protocol::MessageType::binary ? 1U : 0U;
  if (form.is_snapshot) variant |= 2U;
  if (form.wants_time) variant |= 4U;
  if (form.is_compressed) variant |= 16U;
  variant |= static_cast<std::uint32_t>(form.framing) << 5U;
  return variant;
}

std::size_t FrameCache::KeyHash::operator()(const Key& key) const {
  return hash_of({key.topic, key.base, key.offset, key.variant});
}

FrameBlock FrameCache::entry(topics::Topic& topic,
                             const Entry& entry,
                             const DeliveryForm& form,
                             const protocol::Codec& codec) {
  const auto patch =
      form.base == 0 ? SharedBytes() : patches_.find_or_make(topic, form.base, entry);
  if (form.conflated) return encode(topic, entry, form, patch.view(), codec);
  const auto from = patch.empty() ? entry.prev : form.base;
  const auto variant = variant_of(form, codec) | (patch.empty() ? 0U : is_patch);
  if (const auto* hot = topic.find_hot(from, entry.offset, variant)) {
    ++counters_->frames_shared_total;
    return *hot;
  }
  const Key key{topic.number(), from, entry.offset, variant};
  if (const auto* known = cache_.find(key)) {
    ++counters_->frames_shared_total;
    return *known;
  }
  auto frame = encode(topic, entry, form, patch.view(), codec);
  topic.keep_hot({from, entry.offset, variant, frame});
  cache_.keep(key, frame, frame.bytes.size());
  return frame;
}

FrameBlock FrameCache::block(topics::Topic& topic,
                             EntryRun run,
                             const DeliveryForm& form,
                             const protocol::Codec& codec) {
  const auto& ring = topic.log().ring();
  if (run.first == run.last) return entry(topic, *ring[run.first], form, codec);
  const auto variant = variant_of(form, codec);
  const auto from = ring[run.first]->prev;
  const auto to = ring[run.last]->offset;
  if (const auto* hot = topic.find_hot(from, to, variant)) {
    ++counters_->frames_shared_total;
    return *hot;
  }
  std::string bytes;
  FrameBlock block;
  for (auto position = run.first; position <= run.last; ++position) {
    const auto one = entry(topic, *ring[position], form, codec);
    bytes += one.bytes.view();
    block.messages += one.messages;
    block.payload_bytes += one.payload_bytes;
  }
  block.bytes = SharedBytes(bytes);
  topic.keep_hot({from, to, variant, block});
  return block;
}

SharedBytes FrameCache::event(const protocol::Event& event,
                              const protocol::Codec& codec,
                              Framing framing,
                              std::string_view id) {
  const bool is_web_socket = framing == Framing::websocket;
  if (!is_web_socket && std::holds_alternative<protocol::HeartbeatEvent>(event)) {
    return SharedBytes(event_comment);
  }
  payload_.clear();
  codec.encode(event, payload_);
  if (is_web_socket) return frame(payload_, codec, /*is_compressed=*/false);
  frame_.clear();
  const auto* goodbye = std::get_if<protocol::GoodbyeEvent>(&event);
  if (goodbye != nullptr && goodbye->retry_ms) append_retry(*goodbye->retry_ms, frame_);
  append_event(payload_, id, frame_);
  return SharedBytes(frame_);
}

SharedBytes FrameCache::event_frame(std::string_view id) {
  frame_.clear();
  append_event(payload_, id, frame_);
  return SharedBytes(frame_);
}

SharedBytes FrameCache::frame(std::string_view payload,
                              const protocol::Codec& codec,
                              bool is_compressed) {
  frame_.clear();
  protocol::websocket::append_frame(
      frame_, {.opcode = opcode_of(codec), .is_compressed = is_compressed}, payload);
  return SharedBytes(frame_);
}

FrameBlock FrameCache::encode(const topics::Topic& topic,
                              const Entry& entry,
                              const DeliveryForm& form,
                              std::string_view patch,
                              const protocol::Codec& codec) {
  assert(entry.operation != Operation::gap);
  const auto kind = topic.log().kind();
  const bool is_change = has_parts(kind);
  const auto changes = is_change ? changes_of(entry, kind) : std::nullopt;
  protocol::DeliveryEvent delivery;
  delivery.number = topic.number();
  delivery.offset = entry.offset;
  const bool tells_base = changes && changes->base;
  if (!tells_base && entry.prev + 1 != entry.offset) delivery.prev = entry.prev;
  if (changes) delivery.changes = &*changes;
  if (!patch.empty()) {
    delivery.patch = protocol::ValuePatch{form.base, patch};
  } else if (!is_change && entry.operation == Operation::replace) {
    delivery.data = &entry.payload;
  }
  delivery.is_snapshot = form.is_snapshot;
  // When the gateway took it first is not known of one that was replayed.
  if (form.wants_time && entry.index != 0) delivery.unix_ms = entry.unix_ms;
  delivery.conflated = form.conflated;
  return this->delivery(topic, delivery, form, codec);
}

FrameBlock FrameCache::delivery(const topics::Topic& topic,
                                const protocol::DeliveryEvent& delivery,
                                const DeliveryForm& form,
                                const protocol::Codec& codec) {
  ++counters_->frames_encoded_total;
  payload_.clear();
  codec.encode(delivery, payload_);
  const auto payload_bytes = static_cast<std::uint32_t>(payload_.size());
  if (form.framing != Framing::websocket) {
    // The state is whole only behind its last part.
    const bool is_part = delivery.changes != nullptr && delivery.changes->has_more;
    const bool has_id = form.framing == Framing::numbered_events && !is_part;
    auto bytes = event_frame(has_id ? to_event_id(topic.log().epoch(), delivery.offset) : "");
    return {std::move(bytes), 1, payload_bytes};
  }
  const bool is_compressed = form.is_compressed && compress();
  auto bytes = frame(is_compressed ? compressed_ : payload_, codec, is_compressed);
  return {std::move(bytes), 1, payload_bytes};
}

bool FrameCache::compress() {
  if (payload_.size() < compressed_bytes_min) return false;
  compressed_.clear();
  deflater_.compress(payload_, compressed_);
  const bool is_smaller = compressed_.size() < payload_.size();
  counters_->compressible_bytes_total += payload_.size();
  counters_->compressed_bytes_total += is_smaller ? compressed_.size() : payload_.size();
  return is_smaller;
}

}  // namespace weir::gateway::session
