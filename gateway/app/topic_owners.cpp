#include "gateway/app/topic_owners.hpp"

#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::gateway::app {
namespace {

bool is_gateways_own(std::string_view topic) {
  return topic.starts_with('$') || topic.find("/$") != std::string_view::npos;
}

}  // namespace

TopicOwners::TopicOwners(std::span<const config::AdapterConfig> adapters) {
  for (AdapterIndex i = 0; i < adapters.size(); ++i) {
    for (const auto& filter : adapters[i].topics) filters_.emplace_back(filter, i);
    is_owner_.push_back(!adapters[i].topics.empty());
  }
}

std::optional<AdapterIndex> TopicOwners::find(std::string_view topic) const {
  for (const auto& [filter, adapter] : filters_) {
    if (protocol::matches(filter, topic)) return adapter;
  }
  return std::nullopt;
}

bool TopicOwners::may_publish(AdapterIndex adapter, std::string_view topic) const {
  if (is_gateways_own(topic)) return false;
  const auto owner = find(topic);
  return owner ? *owner == adapter : !is_owner_.at(adapter);
}

std::vector<AdapterIndex> TopicOwners::find_all(std::string_view filter) const {
  std::vector<AdapterIndex> found;
  for (const auto& [owned, adapter] : filters_) {
    if (!protocol::overlap(owned, filter)) continue;
    if (found.empty() || found.back() != adapter) found.push_back(adapter);
  }
  return found;
}

}  // namespace weir::gateway::app
