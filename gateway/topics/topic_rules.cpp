#include "gateway/topics/topic_rules.hpp"

#include "protocol/core/topic.hpp"

namespace weir::gateway::topics {

const TopicRule& TopicRules::find(std::string_view topic) const {
  for (const auto& rule : rules_) {
    if (protocol::matches(rule.filter, topic)) return rule;
  }
  return fallback_;
}

RingLimits ring_limits(const TopicRule& rule, protocol::Kind kind) {
  const std::size_t entries = kind == protocol::Kind::stream ? 1024 : 64;
  return {rule.ring_entries.value_or(entries), rule.ring_bytes};
}

}  // namespace weir::gateway::topics
