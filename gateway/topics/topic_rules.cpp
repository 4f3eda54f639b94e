#include "gateway/topics/topic_rules.hpp"

#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::gateway::topics {

const TopicRule& TopicRules::find(std::string_view topic) const {
  for (const auto& rule : rules_) {
    if (protocol::matches(rule.filter, topic)) return rule;
  }
  return fallback_;
}

double TopicRules::max_rate_of(std::string_view filter) const {
  double highest = 0;
  for (const auto& rule : rules_) {
    if (!protocol::overlap(rule.filter, filter)) continue;
    if (rule.max_rate == 0) return 0;
    highest = std::max(highest, rule.max_rate);
    if (protocol::covers(rule.filter, filter)) return highest;
  }
  return fallback_.max_rate;  // none of the rules is the one of every topic
}

RingLimits ring_limits(const TopicRule& rule, protocol::Kind kind) {
  const std::size_t entries = kind == protocol::Kind::stream ? 1024 : 64;
  return {rule.ring_entries.value_or(entries), rule.ring_bytes};
}

}  // namespace weir::gateway::topics
