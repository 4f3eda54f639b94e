#include "gateway/session/subscription.hpp"
#include "protocol/core/topic.hpp"
#include "tests/sim/connection_oracle.hpp"

#include <algorithm>
#include <iterator>

// What the subscriptions ask for, together, and where the cells that they make begin.
namespace weir::tests::sim {

using protocol::Delivery;

CellDemand ConnectionOracle::demand_of(const protocol::SubscribeOptions& options,
                                       const TopicTruth& topic) const {
  CellDemand demand;
  demand.delivery = gateway::session::delivery_for(options, topic.kind);
  demand.wants_time = options.wants_time;
  demand.wants_counts = options.wants_counts;
  demand.priority = options.priority;
  if (demand.delivery == Delivery::all) return demand;
  demand.max_rate = gateway::session::lower_rate(options.max_rate,
                                                 hub_->options().rules.find(topic.name).max_rate);
  demand.wants_patches = options.delta == protocol::Delta::patch;
  if (has_parts(topic.kind)) demand.fields = options.fields;
  std::ranges::sort(demand.fields);
  return demand;
}

std::optional<CellDemand> ConnectionOracle::demand_for(const TopicTruth& topic) const {
  std::optional<CellDemand> merged;
  for (const auto& [filter, sub] : subs_) {
    if (!protocol::matches(filter, topic.name)) continue;
    auto one = demand_of(sub.options, topic);
    if (!merged) {
      merged = std::move(one);
      continue;
    }
    const bool any_all = one.delivery == Delivery::all || merged->delivery == Delivery::all;
    const bool any_whole = any_all || one.fields.empty() || merged->fields.empty();
    if (any_whole) {
      merged->fields.clear();
    } else {
      Fields both;
      std::ranges::set_union(one.fields, merged->fields, std::back_inserter(both));
      merged->fields = std::move(both);
    }
    const bool any_free = one.max_rate == 0 || merged->max_rate == 0;
    merged->delivery = any_all ? Delivery::all : Delivery::latest;
    merged->max_rate = any_all || any_free ? 0 : std::max(one.max_rate, merged->max_rate);
    merged->wants_patches = merged->wants_patches && one.wants_patches;
    merged->priority = std::max(merged->priority, one.priority);
    merged->wants_time = merged->wants_time || one.wants_time;
    merged->wants_counts = merged->wants_counts || one.wants_counts;
  }
  return merged;
}

StartRule ConnectionOracle::start_rule(const TopicTruth& topic,
                                       const protocol::SubscribeOptions& options,
                                       const std::optional<protocol::Positions>& from) const {
  StartRule rule;
  rule.epoch = topic.life().epoch();
  rule.head = topic.life().head();
  rule.history = options.history;
  const auto delivery = gateway::session::delivery_for(options, topic.kind);
  rule.delivery = delivery;
  if (from) {
    rule.kind = StartRule::Kind::position;
    if (const auto found = from->find(topic.name); found != from->end())
      rule.position = found->second;
  } else if (options.history > 0 && delivery == Delivery::all) {
    rule.kind = StartRule::Kind::history;
  } else if (options.snapshot.value_or(delivery == Delivery::latest)) {
    rule.kind = StartRule::Kind::snapshot;
  }
  return rule;
}

CellOracle& ConnectionOracle::bear(const TopicTruth& topic, const CellDemand& demand) {
  StartRule rule;
  rule.kind = StartRule::Kind::born;
  rule.epoch = topic.life().epoch();
  rule.is_exact = hub_->options().shards == 1;
  rule.delivery = demand.delivery;
  for (const auto& [filter, sub] : subs_) {
    if (!sub.from || !protocol::matches(filter, topic.name)) continue;
    const auto place = sub.from->find(topic.name);
    if (place != sub.from->end()) rule.position = place->second;
  }
  return cells_.emplace(topic.name, CellOracle(topic, std::move(rule), demand)).first->second;
}

}  // namespace weir::tests::sim
