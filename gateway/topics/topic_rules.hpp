#pragma once

#include "gateway/core/time.hpp"
#include "gateway/topics/topic_log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::topics {

/// What the operator says of the topics that a filter matches; the values of one `[[topics]]`
/// table.
struct TopicRule {
  std::string filter = "#";
  std::optional<protocol::Kind> kind;       ///< none: from the first publish
  std::optional<std::size_t> ring_entries;  ///< none: 1024 for streams, 64 otherwise
  std::size_t ring_bytes = std::size_t{1} << 20U;
  double max_rate = 0;   ///< ceiling of `latest` deliveries per second and subscriber, 0: none
  Duration max_delay{};  ///< updates may wait this long for company, 0: none
};

/// All rules, first match wins; topics that none matches get the defaults.
class TopicRules {
public:
  TopicRules() = default;
  explicit TopicRules(std::vector<TopicRule> rules) : rules_(std::move(rules)) {}

  /// The reference lives as long as this object.
  [[nodiscard]] const TopicRule& find(std::string_view topic) const;

  /// The ceiling that no topic of a filter gets beyond: the highest of those that its topics may
  /// have; 0: some may have none.
  [[nodiscard]] double max_rate_of(std::string_view filter) const;

private:
  std::vector<TopicRule> rules_;
  TopicRule fallback_;
};

[[nodiscard]] RingLimits ring_limits(const TopicRule& rule, protocol::Kind kind);

}  // namespace weir::gateway::topics
