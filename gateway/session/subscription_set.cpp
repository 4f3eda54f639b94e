#include "gateway/session/subscription_set.hpp"

#include "gateway/flow/frequency_gate.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::gateway::session {

using topics::Cell;
using topics::Topic;

namespace {

void drop_foreign(Subscription& subscription) {
  std::erase_if(*subscription.from, [&](const auto& place) {
    return !protocol::matches(subscription.filter, place.first);
  });
}

bool is_same(const topics::FieldSetPtr& a, const topics::FieldSetPtr& b) {
  return a == b || (a && b && a->names == b->names);
}

}  // namespace

SubscriptionSet::~SubscriptionSet() {
  for (auto& [topic, cell] : cells_) {
    if (cell.state == Cell::State::caught_up) topic->unpark(cell);
  }
  context_.counters.cells -= cells_.size();
  context_.counters.subscriptions -= subscriptions_.size();
}

Subscription* SubscriptionSet::find(std::string_view filter) const {
  const auto found = std::ranges::find(
      subscriptions_, filter, [](const auto& one) -> std::string_view { return one->filter; });
  return found == subscriptions_.end() ? nullptr : found->get();
}

Subscription& SubscriptionSet::add(std::string_view filter) {
  auto subscription = std::make_unique<Subscription>();
  subscription->filter = filter;
  ++context_.counters.subscriptions;
  return *subscriptions_.emplace_back(std::move(subscription));
}

std::unique_ptr<Subscription> SubscriptionSet::remove(Subscription& subscription, TimePoint now) {
  tracker_.forget(subscription);
  std::erase(ready_, &subscription);
  const auto place =
      std::ranges::find(subscriptions_, &subscription, [](const auto& one) { return one.get(); });
  auto removed = std::move(*place);
  subscriptions_.erase(place);
  --context_.counters.subscriptions;
  for (auto it = cells_.begin(); it != cells_.end();) {
    auto& cell = it->second;
    const auto next = std::next(it);
    if (protocol::matches(removed->filter, cell.topic->name())) {
      if (const auto options = merged_options(*cell.topic)) {
        change(cell, *options, now);
      } else {
        end(cell);
      }
    }
    it = next;
  }
  return removed;
}

protocol::Result<void> SubscriptionSet::establish(Subscription& subscription,
                                                  std::span<Topic* const> topics,
                                                  TimePoint now) {
  subscription.is_established = false;
  if (subscription.from) drop_foreign(subscription);
  std::vector<Topic*> readable;
  std::size_t new_cells = 0;
  std::size_t kept = kept_positions() + (subscription.from ? subscription.from->size() : 0);
  for (auto* topic : topics) {
    if (subscription.from && subscription.from->contains(topic->name())) --kept;
    if (!context_.bearer.rights().may_read(topic->name())) continue;
    readable.push_back(topic);
    if (!cells_.contains(topic)) ++new_cells;
  }
  if (cells_.size() + new_cells + kept > context_.cells_max) {
    return fail(protocol::ErrorCode::too_many_topics,
                "the filter matches " + std::to_string(new_cells) +
                    " more topics, and a session may follow limits.cells = " +
                    std::to_string(context_.cells_max));
  }
  tracker_.forget(subscription);
  subscription.cells_not_ready = 0;
  for (auto* topic : readable) attach(subscription, *topic, now);
  subscription.is_established = true;
  for (const auto* topic : topics) {
    if (subscription.from) subscription.from->erase(topic->name());
  }
  if (subscription.from && subscription.from->empty()) subscription.from.reset();
  refresh(subscription, now);
  await(subscription, readable);
  return {};
}

void SubscriptionSet::await(Subscription& subscription, const std::vector<Topic*>& topics) {
  for (auto* topic : topics) {
    const auto& cell = cells_.at(topic);
    if (cell.state != Cell::State::caught_up) tracker_.expect(cell, subscription);
  }
  if (subscription.cells_not_ready == 0) ready_.push_back(&subscription);
}

bool SubscriptionSet::on_born(Subscription& subscription, Topic& topic, TimePoint now) {
  if (!subscription.is_established || !context_.bearer.rights().may_read(topic.name())) return true;
  if (!cells_.contains(&topic) && cells_.size() >= context_.cells_max) return false;
  auto& cell = attach(subscription, topic, now);
  if (subscription.from) subscription.from->erase(topic.name());
  if (const auto options = merged_options(topic)) change(cell, *options, now);
  return true;
}

std::size_t SubscriptionSet::pending_count() const {
  std::size_t pending = 0;
  for (const auto& one : subscriptions_) pending += one->pending.size();
  return pending;
}

std::size_t SubscriptionSet::kept_positions() const {
  std::size_t kept = 0;
  for (const auto& one : subscriptions_) {
    if (one->is_established && one->from) kept += one->from->size();
  }
  return kept;
}

void SubscriptionSet::refresh(const Subscription& subscription, TimePoint now) {
  for (auto& [topic, cell] : cells_) {
    if (!protocol::matches(subscription.filter, topic->name())) continue;
    if (const auto options = merged_options(*topic)) change(cell, *options, now);
  }
}

bool SubscriptionSet::is_allowed() const {
  const auto& rights = context_.bearer.rights();
  return std::ranges::all_of(subscriptions_,
                             [&](const auto& one) { return rights.may_subscribe(one->filter); }) &&
         std::ranges::all_of(cells_,
                             [&](const auto& cell) { return rights.may_read(cell.first->name()); });
}

void SubscriptionSet::on_served(const Cell& cell) {
  note_ready(tracker_.on_served(cell));
}

std::vector<Subscription*> SubscriptionSet::take_ready() {
  return std::exchange(ready_, {});
}

Cell& SubscriptionSet::attach(const Subscription& subscription, Topic& topic, TimePoint now) {
  const auto [place, is_new] = cells_.try_emplace(&topic);
  auto& cell = place->second;
  if (!is_new) return cell;
  ++context_.counters.cells;
  cell.topic = &topic;
  cell.owner = &context_.owner;
  cell.options = cell_options(subscription, topic, context_.field_sets);
  cell.life = topic.number();
  const auto point = find_start(topic.log(), start_request(subscription, topic));
  cell.start = point.start;
  cell.cursor = point.cursor;
  cell.base = point.base;
  cell.outside = point.outside;
  if (point.gap) cell.owed_gap = std::make_unique<topics::OwedGap>(*point.gap);
  context_.deliverer.add(cell, now);
  return cell;
}

std::optional<topics::CellOptions> SubscriptionSet::merged_options(const Topic& topic) const {
  std::optional<topics::CellOptions> merged;
  for (const auto& subscription : subscriptions_) {
    if (!subscription->is_established) continue;
    if (!protocol::matches(subscription->filter, topic.name())) continue;
    const auto options = cell_options(*subscription, topic, context_.field_sets);
    merged = merged ? merge(*merged, options, context_.field_sets) : options;
  }
  return merged;
}

void SubscriptionSet::change(Cell& cell, const topics::CellOptions& options, TimePoint now) {
  const bool same_rate = options.max_rate == cell.options.max_rate;
  const bool same_fields = is_same(options.fields, cell.options.fields);
  const bool same_delivery = options.delivery == cell.options.delivery;
  if (options.priority != cell.options.priority) {
    // Its place is among the cells of the old one, and so is what it has sent too much.
    const bool is_waiting = cell.state == Cell::State::due || cell.state == Cell::State::gated;
    context_.deliverer.remove(cell);
    cell.options.priority = options.priority;
    cell.turn_mark = 0;
    if (is_waiting) context_.deliverer.add(cell, now);
  }
  cell.options = options;
  // Whoever has them switched on later may not have kept what came before.
  if (options.delta == protocol::Delta::none) cell.base = 0;
  if (cell.replay && options.delivery == protocol::Delivery::latest) {
    // The state says everything, and it is there.
    cell.replay.reset();
    if (cell.state == Cell::State::idle) context_.deliverer.add(cell, now);
  }
  if (has_parts(cell.topic->log().kind())) {
    // Changes to fields that the client has not are of no use to it. To `all` belong also the
    // entries behind the cursor that changed nothing.
    if (!same_fields) {
      cell.start = topics::CellStart::snapshot;
      cell.pull.reset();
    }
    if (cell.state == Cell::State::caught_up && !(same_fields && same_delivery)) {
      cell.topic->unpark(cell);
      context_.deliverer.add(cell, now);
    }
  }
  if (same_rate || cell.opens_at <= now) return;
  // The gate that it waits for, or will, was the old rate's.
  const bool is_gated = cell.state == Cell::State::gated;
  if (is_gated) context_.deliverer.remove(cell);
  const auto slot =
      options.max_rate > 0 ? flow::next_slot(options.max_rate, context_.session, now) : now;
  // The topic's delay began at the last delivery, which is not known; it ends by then.
  cell.opens_at = std::max(slot, std::min(cell.opens_at, now + options.max_delay));
  if (is_gated) context_.deliverer.add(cell, now);
}

void SubscriptionSet::end(Cell& cell) {
  note_ready(tracker_.on_gone(cell));
  if (cell.state == Cell::State::caught_up) cell.topic->unpark(cell);
  context_.deliverer.remove(cell);
  --context_.counters.cells;
  cells_.erase(cell.topic);
}

void SubscriptionSet::note_ready(const std::vector<Subscription*>& subscriptions) {
  ready_.insert(ready_.end(), subscriptions.begin(), subscriptions.end());
}

}  // namespace weir::gateway::session
