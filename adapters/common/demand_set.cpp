#include "adapters/common/demand_set.hpp"

#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::adapters::common {

std::optional<DemandSet::Subscription> DemandSet::want(const std::string& filter) {
  if (!wanted_.insert(filter).second) return std::nullopt;
  const auto covers = [&](const auto& pattern) { return protocol::covers(pattern.second, filter); };
  if (exact_.contains(filter) || std::ranges::any_of(patterns_, covers)) return std::nullopt;
  const std::uint64_t id = ++last_id_;
  subscriptions_.emplace(id, filter);
  if (protocol::is_pattern(filter)) {
    patterns_.emplace(id, filter);
  } else {
    exact_.emplace(filter, id);
  }
  return Subscription{id, filter};
}

std::vector<DemandSet::Subscription> DemandSet::unwant(const std::string& filter) {
  std::vector<Subscription> ended;
  if (wanted_.erase(filter) == 0) return ended;
  for (const auto& [id, subscribed] : subscriptions_) {
    // the others bring what they brought before
    if (!protocol::overlap(subscribed, filter)) continue;
    const auto needs = [&, &subscribed = subscribed](const std::string& wanted) {
      return protocol::overlap(subscribed, wanted);
    };
    if (std::ranges::none_of(wanted_, needs)) ended.push_back({id, subscribed});
  }
  for (const Subscription& one : ended) remove(one.id, one.filter);
  return ended;
}

void DemandSet::remove(std::uint64_t id, const std::string& filter) {
  subscriptions_.erase(id);
  patterns_.erase(id);
  const auto at = exact_.find(filter);
  if (at != exact_.end() && at->second == id) exact_.erase(at);
}

std::uint64_t DemandSet::owner_of(std::string_view topic) const {
  const auto at = exact_.find(topic);
  const std::uint64_t exact = at == exact_.end() ? 0 : at->second;
  for (const auto& [id, pattern] : patterns_) {
    if (exact != 0 && id > exact) break;
    if (protocol::matches(pattern, topic)) return id;
  }
  return exact;
}

std::vector<DemandSet::Subscription> DemandSet::subscriptions() const {
  std::vector<Subscription> all;
  all.reserve(subscriptions_.size());
  for (const auto& [id, filter] : subscriptions_) all.push_back({id, filter});
  return all;
}

}  // namespace weir::adapters::common
