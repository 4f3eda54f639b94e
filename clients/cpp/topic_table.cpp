#include "clients/cpp/topic_table.hpp"

#include "clients/cpp/json_document.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <cassert>

namespace weir::clients::cpp {

void TopicTable::forget(std::string_view filter,
                        const std::map<std::string, protocol::SubscribeOptions>& kept) {
  std::erase_if(topics_, [&](const auto& topic) {
    return protocol::matches(filter, topic.first) &&
           std::ranges::none_of(kept, [&](const auto& other) {
             return protocol::matches(other.first, topic.first);
           });
  });
}

TopicIntroduced TopicTable::introduce(const protocol::TopicEvent& event) {
  TopicIntroduced topic{event.topic, event.kind, {event.epoch, event.offset}};
  numbers_.insert_or_assign(event.number, topic);
  auto& state = topics_[event.topic];
  if (state.epoch != event.epoch) state = State{event.kind, event.epoch, event.offset, 0, {}, {}};
  return topic;
}

const TopicIntroduced* TopicTable::find(protocol::TopicNumber number) const {
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? nullptr : &found->second;
}

TopicTable::State& TopicTable::state_of(const TopicIntroduced& topic, protocol::Offset prev) {
  // A topic that was introduced, left and joined again may come without a new introduction.
  auto& state = topics_[topic.topic];
  if (state.epoch != topic.position.epoch)
    state = State{topic.kind, topic.position.epoch, prev, 0, {}, {}};
  return state;
}

Arrival TopicTable::deliver(const protocol::native::ReceivedDelivery& delivery,
                            bool is_every_entry_due,
                            Keep keep) {
  const auto* topic = find(delivery.number);
  assert(topic != nullptr);
  auto& state = state_of(*topic, delivery.prev);
  if (protocol::has_parts(topic->kind)) return deliver_parts(delivery, *topic, state);
  Arrival arrival;
  if (delivery.offset <= state.delivered) return arrival;
  auto data = delivery.patch ? patched(*delivery.patch, state) : delivery.data;
  const bool is_json = data && data->format == protocol::PayloadFormat::json;
  state.value.reset();
  if (delivery.patch && !data) return {{}, {}, true};
  if (keep == Keep::values && is_json) state.value = data->bytes;
  if (is_every_entry_due && !delivery.is_snapshot && delivery.prev > state.position) {
    arrival.gap = Gap{topic->topic, state.position, delivery.prev, protocol::GapCause::unknown, {}};
  }
  state.delivered = delivery.offset;
  state.position = std::max(state.position, delivery.offset);
  arrival.delivery = Delivered{topic->topic,
                               topic->kind,
                               {state.epoch, delivery.offset},
                               std::move(data),
                               {},
                               delivery.is_snapshot,
                               delivery.unix_ms,
                               delivery.conflated};
  return arrival;
}

std::optional<protocol::Payload> TopicTable::patched(const protocol::native::ReceivedPatch& patch,
                                                     const State& state) {
  if (!state.value || patch.base != state.delivered) return std::nullopt;
  JsonDocument document(protocol::json_value(*state.value));
  if (!document.apply(patch.json)) return std::nullopt;
  return protocol::Payload{protocol::PayloadFormat::json, document.text()};
}

Arrival TopicTable::deliver_parts(const protocol::native::ReceivedDelivery& delivery,
                                  const TopicIntroduced& topic,
                                  State& state) {
  if (!state.folded) state.folded.emplace(topic.kind);
  Delivered delivered{topic.topic,
                      topic.kind,
                      {state.epoch, delivery.offset},
                      {},
                      {},
                      delivery.is_snapshot,
                      delivery.unix_ms,
                      delivery.conflated};
  delivered.has_more = delivery.has_more;
  if (!state.folded->apply(delivery, delivered)) return {{}, {}, true};
  // Behind a part the client has rows of several moments: only the last one is a position.
  if (!delivery.has_more) state.position = state.delivered = delivery.offset;
  return {std::move(delivered), {}, false};
}

Gap TopicTable::on_gap(const protocol::GapEvent& event) {
  const auto* topic = find(event.number);
  assert(topic != nullptr);
  auto& state = state_of(*topic, event.to);
  state.position = event.from ? std::max(state.position, event.to) : event.to;
  // Without `from` what follows are other entries than those that came before.
  if (!event.from) state.delivered = std::min(state.delivered, event.to);
  return Gap{topic->topic, event.from, event.to, event.cause, event.lost};
}

protocol::Positions TopicTable::positions(std::string_view filter, Resume which) const {
  protocol::Positions positions;
  for (const auto& [name, state] : topics_) {
    if (which == Resume::streams && state.kind != protocol::Kind::stream) continue;
    if (protocol::matches(filter, name))
      positions.emplace(name, protocol::Position{state.epoch, state.position});
  }
  return positions;
}

}  // namespace weir::clients::cpp
