#include "gateway/session/subscription.hpp"

#include <algorithm>

namespace weir::gateway::session {

using protocol::Delivery;
using protocol::OverflowPolicy;

namespace {

/// 0 is no limit at all, so it is the highest rate.
double higher_rate(double a, double b) {
  return a == 0 || b == 0 ? 0 : std::max(a, b);
}

}  // namespace

double lower_rate(double a, double b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

void take_pending(Subscription& subscription, protocol::RequestId id) {
  const auto place = std::ranges::find(subscription.pending, id, &PendingSubscribe::id);
  subscription.options = std::move(place->options);
  if (place->from) subscription.from = std::move(place->from);
  subscription.pending.erase(place);
}

const protocol::SubscribeOptions& newest_options(const Subscription& subscription) {
  return subscription.pending.empty() ? subscription.options : subscription.pending.back().options;
}

Delivery delivery_for(const protocol::SubscribeOptions& options, protocol::Kind kind) {
  if (options.delivery) return *options.delivery;
  return kind == protocol::Kind::stream ? Delivery::all : Delivery::latest;
}

StartRequest start_request(const Subscription& subscription, const topics::Topic& topic) {
  StartRequest request;
  request.delivery = delivery_for(subscription.options, topic.log().kind());
  request.is_born_later = subscription.is_established;
  request.history = subscription.options.history;
  request.wants_snapshot =
      subscription.options.snapshot.value_or(request.delivery == Delivery::latest);
  if (subscription.from) {
    request.has_positions = true;
    const auto found = subscription.from->find(topic.name());
    if (found != subscription.from->end()) request.position = &found->second;
  }
  return request;
}

topics::CellOptions cell_options(const Subscription& subscription,
                                 const topics::Topic& topic,
                                 topics::FieldSets& field_sets) {
  const auto& wishes = subscription.options;
  topics::CellOptions options;
  options.delivery = delivery_for(wishes, topic.log().kind());
  options.on_overflow = wishes.on_overflow;
  // A rate shapes `latest` only: with `all` there is nothing that could be left out.
  if (options.delivery == Delivery::latest)
    options.max_rate = lower_rate(wishes.max_rate, topic.rule().max_rate);
  if (options.delivery == Delivery::latest) options.fields = field_sets.intern(wishes.fields);
  if (options.delivery == Delivery::latest && topic.log().kind() == protocol::Kind::value)
    options.delta = wishes.delta;
  options.max_delay = topic.rule().max_delay;
  options.wants_time = wishes.wants_time;
  options.wants_counts = wishes.wants_counts;
  options.priority = static_cast<std::int8_t>(wishes.priority);
  return options;
}

topics::CellOptions merge(const topics::CellOptions& a,
                          const topics::CellOptions& b,
                          topics::FieldSets& field_sets) {
  topics::CellOptions merged = a.delivery == Delivery::all ? a : b;
  if (a.delivery == b.delivery) merged.max_rate = higher_rate(a.max_rate, b.max_rate);
  if (a.delivery == b.delivery) merged.fields = field_sets.unite(a.fields, b.fields);
  const bool any_gap = a.on_overflow == OverflowPolicy::gap || b.on_overflow == OverflowPolicy::gap;
  merged.on_overflow = any_gap ? OverflowPolicy::gap : OverflowPolicy::close;
  // A whole value is right for everybody.
  merged.delta = a.delta == b.delta ? a.delta : protocol::Delta::none;
  merged.wants_time = a.wants_time || b.wants_time;
  merged.wants_counts = a.wants_counts || b.wants_counts;
  merged.priority = std::max(a.priority, b.priority);
  return merged;
}

}  // namespace weir::gateway::session
