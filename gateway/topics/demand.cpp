#include "gateway/topics/demand.hpp"

#include <cassert>
#include <utility>

namespace weir::gateway::topics {

void DemandTracker::change(const std::string& filter, bool is_wanted, TimePoint now) {
  auto& wanted = wanted_[filter];
  if (is_wanted) {
    const bool is_new = wanted.shards == 0 && !wanted.ends_at;
    ++wanted.shards;
    if (wanted.ends_at) lingering_.erase({*wanted.ends_at, filter});
    wanted.ends_at.reset();
    if (is_new) ready_.push_back({filter, true});
    return;
  }
  assert(wanted.shards > 0);
  if (--wanted.shards > 0) return;
  wanted.ends_at = now + linger_;
  lingering_.emplace(*wanted.ends_at, filter);
}

std::vector<DemandSignal> DemandTracker::take_signals(TimePoint now) {
  while (!lingering_.empty() && lingering_.begin()->first <= now) {
    const auto filter = std::move(lingering_.extract(lingering_.begin()).value().second);
    wanted_.erase(filter);
    ready_.push_back({filter, false});
  }
  return std::exchange(ready_, {});
}

std::optional<TimePoint> DemandTracker::deadline() const {
  if (!ready_.empty()) return TimePoint{};
  if (lingering_.empty()) return std::nullopt;
  return lingering_.begin()->first;
}

}  // namespace weir::gateway::topics
