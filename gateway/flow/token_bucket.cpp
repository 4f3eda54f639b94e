#include "gateway/flow/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace weir::gateway::flow {

TokenBucket::TokenBucket(double rate, double burst, TimePoint now)
    : rate_(rate), burst_(burst), level_(burst), filled_at_(now) {
}

void TokenBucket::set_rate(double rate, double burst, TimePoint now) {
  const bool was_limited = is_limited();
  const auto held = was_limited ? level(now) : burst;
  rate_ = rate;
  burst_ = burst;
  level_ = std::min(held, burst);
  filled_at_ = now;
}

bool TokenBucket::try_take(double amount, TimePoint now) {
  if (!is_limited()) return true;
  if (level(now) < amount) return false;
  level_ -= amount;
  return true;
}

void TokenBucket::charge(double amount, TimePoint now) {
  if (!is_limited()) return;
  level_ = level(now) - amount;
}

std::optional<TimePoint> TokenBucket::opens_at(TimePoint now) {
  if (may_go(now)) return std::nullopt;
  // Rounded up to a microsecond: a wake-up that comes a hair too early would spin.
  const auto wait =
      std::chrono::microseconds(static_cast<std::int64_t>(std::ceil(-level_ / rate_ * 1e6)) + 1);
  return now + wait;
}

double TokenBucket::level(TimePoint now) {
  if (now > filled_at_) {
    const std::chrono::duration<double> elapsed = now - filled_at_;
    level_ = std::min(burst_, level_ + elapsed.count() * rate_);
    filled_at_ = now;
  }
  return level_;
}

}  // namespace weir::gateway::flow
