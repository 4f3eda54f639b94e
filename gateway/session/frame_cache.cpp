#include "gateway/session/frame_cache.hpp"

#include "protocol/websocket/frame_encoder.hpp"

#include <cassert>

namespace weir::gateway::session {

using protocol::Entry;
using protocol::Operation;
using protocol::websocket::Opcode;

namespace {

/// Forms that are shared; the codec is part of it because sessions of one topic may speak different
/// ones.
std::uint32_t variant_of(const DeliveryForm& form, const protocol::Codec& codec) {
  std::uint32_t variant = codec.message_type() == protocol::MessageType::binary ? 1U : 0U;
  if (form.is_snapshot) variant |= 2U;
  if (form.wants_time) variant |= 4U;
  return variant;
}

Opcode opcode_of(const protocol::Codec& codec) {
  return codec.message_type() == protocol::MessageType::binary ? Opcode::binary : Opcode::text;
}

}  // namespace

std::size_t FrameCache::KeyHash::operator()(const Key& key) const {
  return std::hash<std::uint64_t>{}(key.topic * 0x9E3779B97F4A7C15U + key.offset * 8 + key.variant);
}

FrameBlock FrameCache::entry(topics::Topic& topic,
                             const Entry& entry,
                             const DeliveryForm& form,
                             const protocol::Codec& codec) {
  if (form.conflated) return encode(topic, entry, form, codec);
  const auto variant = variant_of(form, codec);
  if (const auto* hot = topic.find_hot(entry.prev, entry.offset, variant)) {
    ++counters_->frames_shared_total;
    return *hot;
  }
  const Key key{topic.number(), entry.offset, variant};
  if (const auto found = frames_.find(key); found != frames_.end()) {
    ++counters_->frames_shared_total;
    return found->second;
  }
  auto frame = encode(topic, entry, form, codec);
  topic.keep_hot({entry.prev, entry.offset, variant, frame});
  keep(key, frame);
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

SharedBytes FrameCache::event(const protocol::Event& event, const protocol::Codec& codec) {
  payload_.clear();
  codec.encode(event, payload_);
  frame_.clear();
  protocol::websocket::append_frame(frame_, {opcode_of(codec)}, payload_);
  return SharedBytes(frame_);
}

FrameBlock FrameCache::encode(const topics::Topic& topic,
                              const Entry& entry,
                              const DeliveryForm& form,
                              const protocol::Codec& codec) {
  assert(entry.operation != Operation::gap);
  ++counters_->frames_encoded_total;
  protocol::DeliveryEvent delivery;
  delivery.number = topic.number();
  delivery.offset = entry.offset;
  if (entry.prev + 1 != entry.offset) delivery.prev = entry.prev;
  if (entry.operation == Operation::replace) delivery.data = &entry.payload;
  delivery.is_snapshot = form.is_snapshot;
  if (form.wants_time) delivery.unix_ms = entry.unix_ms;
  delivery.conflated = form.conflated;
  auto bytes = event(delivery, codec);
  return {std::move(bytes), 1, static_cast<std::uint32_t>(payload_.size())};
}

void FrameCache::keep(const Key& key, const FrameBlock& frame) {
  held_bytes_ += frame.bytes.size();
  frames_.emplace(key, frame);
  order_.push_back(key);
  while (held_bytes_ > bytes_max_) {
    const auto oldest = frames_.find(order_.front());
    held_bytes_ -= oldest->second.bytes.size();
    frames_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace weir::gateway::session
