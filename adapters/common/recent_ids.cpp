#include "adapters/common/recent_ids.hpp"

namespace weir::adapters::common {

bool RecentIds::contains(std::string_view topic, std::string_view id) const {
  return known_.contains(joined(topic, id));
}

void RecentIds::add(std::string_view topic, std::string_view id) {
  if (ids_max_ == 0) return;
  const auto [at, is_new] = known_.insert(joined(topic, id));
  if (!is_new) return;
  oldest_first_.push_back(&*at);
  if (oldest_first_.size() <= ids_max_) return;
  known_.erase(known_.find(*oldest_first_.front()));
  oldest_first_.pop_front();
}

/// No topic has a line feed.
std::string RecentIds::joined(std::string_view topic, std::string_view id) {
  std::string key;
  key.reserve(topic.size() + 1 + id.size());
  key.append(topic).append(1, '\n').append(id);
  return key;
}

}  // namespace weir::adapters::common
