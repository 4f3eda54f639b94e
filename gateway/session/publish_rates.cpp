#include "gateway/session/publish_rates.hpp"

#include <chrono>

namespace weir::gateway::session {

bool PublishRates::try_take(const std::string& publisher, TimePoint now) {
  forget(now);
  auto known = buckets_.find(publisher);
  if (known == buckets_.end()) {
    while (buckets_.size() >= options_.publishers_max) drop_oldest();
    note(publisher, now);
    const flow::TokenBucket whole(options_.per_s, options_.burst, now);
    known = buckets_.emplace(publisher, whole).first;
  }
  return known->second.try_take(1, now);
}

void PublishRates::note(const std::string& publisher, TimePoint now) {
  const std::chrono::duration<double> refill(options_.burst / options_.per_s);
  noted_.push_back({publisher, now + std::chrono::duration_cast<Duration>(refill)});
}

void PublishRates::drop_oldest() {
  buckets_.erase(noted_.front().publisher);
  noted_.pop_front();
}

void PublishRates::forget(TimePoint now) {
  while (!noted_.empty() && now >= noted_.front().full_at) {
    const auto& publisher = noted_.front().publisher;
    // One that cannot give its whole burst is in use still.
    const bool is_whole = buckets_.at(publisher).try_take(options_.burst, now);
    if (is_whole) {
      drop_oldest();
    } else {
      note(publisher, now);
      noted_.pop_front();
    }
  }
}

}  // namespace weir::gateway::session
