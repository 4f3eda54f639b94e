#pragma once

#include "gateway/session/limits.hpp"
#include "gateway/topics/topic_rules.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/support/random.hpp"

#include <cstdint>
#include <vector>

namespace weir::tests::sim {

/// What the operator of the gateway says: in the configuration before it begins, and of single
/// sessions while it runs. Nothing, where the scenario has none.
class Operator {
public:
  explicit Operator(const Scenario& scenario) : scenario_(&scenario), random_(scenario.seed * 77) {}

  /// Ceilings of a listener or of somebody's rights.
  [[nodiscard]] gateway::session::Ceilings configured() {
    gateway::session::Ceilings ceilings;
    if (!scenario_->has_operator) return ceilings;
    if (random_.once_in(3)) ceilings.bytes_per_s = bytes_per_s();
    if (random_.once_in(3)) ceilings.messages_per_s = messages_per_s();
    return ceilings;
  }
  /// What PATCH says of one session.
  [[nodiscard]] gateway::session::CeilingChange change() {
    gateway::session::CeilingChange change;
    if (random_.once_in(2)) change.bytes_per_s = random_.once_in(3) ? 0 : bytes_per_s();
    if (random_.once_in(2)) change.messages_per_s = random_.once_in(3) ? 0 : messages_per_s();
    if (random_.once_in(3)) change.max_delay_ms = static_cast<std::int64_t>(random_.below(100));
    return change;
  }
  /// The rules for topics, the last of them for all.
  [[nodiscard]] std::vector<gateway::topics::TopicRule> rules() {
    std::vector<gateway::topics::TopicRule> rules;
    for (const char* filter : {"q/#", "t/#", "late/#"}) {
      if (!scenario_->has_operator || random_.once_in(2)) continue;
      auto& rule = rules.emplace_back();
      rule.filter = filter;
      if (random_.once_in(2)) rule.max_rate = 1 + static_cast<double>(random_.below(20));
      if (random_.once_in(2)) rule.max_delay = std::chrono::milliseconds(random_.below(60));
    }
    rules.emplace_back();
    for (auto& rule : rules) rule.ring_entries = scenario_->ring_entries;
    return rules;
  }
  [[nodiscard]] gateway::Duration until_next() {
    return std::chrono::milliseconds(1 + random_.below(300));
  }
  /// Which of so many.
  [[nodiscard]] std::size_t chosen(std::size_t count) { return random_.below(count); }

private:
  [[nodiscard]] std::uint64_t bytes_per_s() { return 10'000 + random_.below(100'000); }
  [[nodiscard]] double messages_per_s() { return 10 + static_cast<double>(random_.below(200)); }

  const Scenario* scenario_;
  Random random_;
};

}  // namespace weir::tests::sim
