#include "gateway/auth/rights.hpp"

#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::gateway::auth {
namespace {

constexpr std::string_view everybody = "*";

void add(const std::vector<std::string>& from, std::vector<std::string>& to) {
  for (const auto& filter : from) {
    if (std::ranges::find(to, filter) == to.end()) to.push_back(filter);
  }
}

/// An entry without a ceiling takes no other entry's away.
template <class Number>
Number lower_ceiling(Number a, Number b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

bool has_gateways_own_level(std::string_view topic) {
  while (topic.data() != nullptr) {
    if (protocol::next_level(topic).starts_with('$')) return true;
  }
  return false;
}

}  // namespace

Rights::Rights(std::span<const RightsEntry> entries, std::string_view identity) {
  for (const auto& entry : entries) {
    if (entry.identity != everybody && entry.identity != identity) continue;
    add(entry.subscribe, subscribe_);
    add(entry.publish, publish_);
    bytes_per_s_max_ = lower_ceiling(bytes_per_s_max_, entry.max_bytes_per_s);
    messages_per_s_max_ = lower_ceiling(messages_per_s_max_, entry.max_messages_per_s);
  }
}

bool Rights::may_subscribe(std::string_view filter) const {
  return std::ranges::any_of(
      subscribe_, [filter](const auto& allowed) { return protocol::overlap(allowed, filter); });
}

bool Rights::may_read(std::string_view topic) const {
  return std::ranges::any_of(
      subscribe_, [topic](const auto& allowed) { return protocol::matches(allowed, topic); });
}

bool Rights::may_publish(std::string_view topic) const {
  if (has_gateways_own_level(topic)) return false;
  return std::ranges::any_of(
      publish_, [topic](const auto& allowed) { return protocol::matches(allowed, topic); });
}

}  // namespace weir::gateway::auth
