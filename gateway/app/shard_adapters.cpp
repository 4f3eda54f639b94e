#include "gateway/app/shard_adapters.hpp"

#include <cassert>
#include <cstdint>
#include <utility>

namespace weir::gateway::app {

using adapters::abi::PublishItem;
using adapters::abi::ReceiptWish;
using adapters::abi::SendOutcome;
using protocol::ErrorCode;

ShardAdapters::ShardAdapters(ShardIndex shard, AdapterBridge& bridge)
    : shard_(shard),
      bridge_(bridge),
      sends_({.shard = shard, .shards = bridge.shards()}),
      sources_(bridge.size()),
      counts_(bridge.size()) {
}

bool ShardAdapters::takes(std::string_view topic) const {
  return bridge_.owners().find(topic).has_value();
}

void ShardAdapters::send(protocol::Publication publication,
                         ShardIndex shard,
                         SessionId session,
                         std::optional<protocol::RequestId> id) {
  assert(shard == shard_);
  const auto owner = bridge_.owners().find(publication.topic);
  assert(owner);
  const auto send_id = sends_.open(session, id, now_);
  if (!send_id) {
    if (id) refused_.push_back({session, *id, protocol::fail(ErrorCode::overloaded)});
    return;
  }
  adapters::abi::SendRequest request{*send_id, std::move(publication)};
  if (bridge_.worker(*owner).send(request)) return;
  auto outcome = sends_.close({.send_id = *send_id,
                               .outcome = adapters::abi::Outcome::refused,
                               .error = {ErrorCode::overloaded, "the adapter is behind"}});
  // Not now: whoever publishes does not expect its answer before this function has returned.
  if (outcome) refused_.push_back(std::move(*outcome));
}

bool ShardAdapters::take(std::size_t entries_max, session::Hub& hub) {
  now_ = hub.now().steady;
  take_outcomes(hub);
  bool has_more = false;
  const auto adapters = static_cast<AdapterIndex>(bridge_.size());
  for (AdapterIndex i = 0; i < adapters; ++i) {
    const auto adapter = (next_ + i) % adapters;
    const auto before = items_taken_;
    has_more = take_items(adapter, entries_max, hub) || has_more;
    entries_max -= items_taken_ - before;
  }
  if (adapters > 0) next_ = (next_ + 1) % adapters;
  return has_more;
}

bool ShardAdapters::take_items(AdapterIndex adapter, std::size_t entries_max, session::Hub& hub) {
  auto& host = bridge_.host(adapter);
  items_.clear();
  const auto taken = host.inbox(shard_).take(entries_max, items_);
  items_taken_ += items_.size();
  for (auto& item : items_) {
    std::visit([&](auto& one) { apply(adapter, one, hub); }, item);
  }
  bridge_.worker(adapter).give(std::exchange(sources_[adapter].receipts, {}));
  if (taken.has_made_room) {
    host.on_room(shard_);
    bridge_.worker(adapter).resume();
  }
  return taken.has_more;
}

void ShardAdapters::apply(AdapterIndex adapter, PublishItem& item, session::Hub& hub) {
  auto& source = sources_[adapter];
  const auto& topic = item.publication.topic;
  std::string new_topic;
  if (bridge_.config(adapter).topics.empty() && !source.topics.contains(topic)) new_topic = topic;
  auto result = hub.accept(std::move(item.publication));
  if (result && !new_topic.empty()) source.topics.insert(std::move(new_topic));
  auto& counts = counts_[adapter];
  ++(result ? counts.published : counts.refused);
  if (item.wish == ReceiptWish::none) return;
  if (item.wish == ReceiptWish::errors && result) {
    if (bridge_.host(adapter).settle_receipts(1)) bridge_.worker(adapter).resume();
    return;
  }
  source.receipts.push_back({item.receipt, std::move(result)});
}

void ShardAdapters::apply(AdapterIndex /*adapter*/, StatusEntry& entry, session::Hub& hub) {
  // Refused where there is no room for another topic: metrics and the log have it all the same.
  std::ignore = hub.accept(std::move(entry.publication));
}

void ShardAdapters::apply(AdapterIndex /*adapter*/, const TopicReset& reset, session::Hub& hub) {
  hub.reset(reset.topic);
}

void ShardAdapters::apply(AdapterIndex adapter, const SourceChange& change, session::Hub& hub) {
  const auto policy = bridge_.config(adapter).on_outage;
  for (const auto& topic : topics_of(adapter, hub)) {
    if (change.was_outage && policy != config::OutagePolicy::keep) {
      protocol::Publication publication;
      publication.topic = topic;
      publication.operation = policy == config::OutagePolicy::gap ? protocol::Operation::gap
                                                                  : protocol::Operation::remove;
      // Refused where the topic is gone by now, or only its source counts: nothing is to be told.
      std::ignore = hub.accept(std::move(publication));
    }
    hub.set_stale(topic, change.is_away);
  }
}

void ShardAdapters::take_outcomes(session::Hub& hub) {
  std::vector<SendOutcome> ended;
  bridge_.outcomes(shard_).take(SIZE_MAX, ended);
  for (const auto& outcome : ended) {
    if (auto told = sends_.close(outcome)) answer(std::move(*told), hub);
  }
  while (auto told = sends_.expire(now_)) answer(std::move(*told), hub);
  for (auto& told : std::exchange(refused_, {})) answer(std::move(told), hub);
}

void ShardAdapters::answer(topics::PublishOutcome outcome, session::Hub& hub) const {
  hub.on_link(shard_, std::move(outcome));
}

std::vector<std::string> ShardAdapters::topics_of(AdapterIndex adapter,
                                                  const session::Hub& hub) const {
  const auto& filters = bridge_.config(adapter).topics;
  if (filters.empty()) return {sources_[adapter].topics.begin(), sources_[adapter].topics.end()};
  std::vector<std::string> names;
  for (const auto& filter : filters) {
    hub.visit_topics(filter, [&](const topics::Topic& topic) {
      if (topic.feed == 0) names.push_back(topic.name());
    });
  }
  return names;
}

std::size_t ShardAdapters::waiting() const {
  std::size_t waiting = 0;
  for (AdapterIndex i = 0; i < bridge_.size(); ++i) waiting += bridge_.host(i).inbox(shard_).size();
  return waiting;
}

}  // namespace weir::gateway::app
