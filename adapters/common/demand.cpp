#include "adapters/common/demand.hpp"

namespace weir::adapters::common {

bool Demand::put(std::string filter, bool is_wanted) {
  if (!inverse_) return false;
  const std::lock_guard lock(mutex_);
  changes_.push_back({std::move(filter), is_wanted});
  return true;
}

std::vector<DemandStep> Demand::take() {
  std::vector<Change> changes;
  {
    const std::lock_guard lock(mutex_);
    changes = std::exchange(changes_, {});
  }
  std::vector<DemandStep> steps;
  for (const Change& change : changes) {
    if (change.is_wanted) {
      if (const auto begun = set_.want(change.filter)) steps.push_back(begin(*begun));
      continue;
    }
    for (const auto& ended : set_.unwant(change.filter)) steps.push_back(end(ended));
  }
  return steps;
}

std::vector<DemandStep> Demand::resume() {
  owners_.clear();
  std::vector<DemandStep> steps;
  for (const auto& subscription : set_.subscriptions()) steps.push_back(begin(subscription));
  return steps;
}

DemandStep Demand::begin(const DemandSet::Subscription& subscription) {
  DemandStep step{
      .begins = true, .id = subscription.id, .filter = subscription.filter, .patterns = {}};
  // two filters may lead to the same pattern, which is the older one's
  for (SubjectPattern& pattern : inverse_->subjects_of(subscription.filter)) {
    if (owners_.emplace(pattern.text, subscription.id).second)
      step.patterns.push_back(std::move(pattern));
  }
  return step;
}

DemandStep Demand::end(const DemandSet::Subscription& subscription) {
  DemandStep step{
      .begins = false, .id = subscription.id, .filter = subscription.filter, .patterns = {}};
  for (SubjectPattern& pattern : inverse_->subjects_of(subscription.filter)) {
    const auto at = owners_.find(pattern.text);
    if (at == owners_.end() || at->second != subscription.id) continue;
    owners_.erase(at);
    step.patterns.push_back(std::move(pattern));
  }
  return step;
}

}  // namespace weir::adapters::common
