#include "gateway/topics/demand.hpp"

#include <cassert>
#include <utility>

namespace weir::gateway::topics {

void DemandTracker::change(const std::string& filter, bool is_wanted, TimePoint now) {
  auto& wanted = wanted_[filter];
  if (is_wanted) {
    const bool is_new = wanted.shards == 0 && !wanted.ends_at;
    ++wanted.shards;
    wanted.ends_at.reset();
    if (is_new) ready_.push_back({filter, true});
    return;
  }
  assert(wanted.shards > 0);
  if (--wanted.shards == 0) wanted.ends_at = now + linger_;
}

std::vector<DemandSignal> DemandTracker::take_signals(TimePoint now) {
  for (auto it = wanted_.begin(); it != wanted_.end();) {
    if (it->second.ends_at && *it->second.ends_at <= now) {
      ready_.push_back({it->first, false});
      it = wanted_.erase(it);
    } else {
      ++it;
    }
  }
  return std::exchange(ready_, {});
}

std::optional<TimePoint> DemandTracker::deadline() const {
  std::optional<TimePoint> earliest;
  if (!ready_.empty()) return TimePoint{};
  for (const auto& [filter, wanted] : wanted_) {
    if (wanted.ends_at && (!earliest || *wanted.ends_at < *earliest)) earliest = wanted.ends_at;
  }
  return earliest;
}

}  // namespace weir::gateway::topics
