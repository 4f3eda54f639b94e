#pragma once

#include "gateway/core/time.hpp"

#include <optional>

namespace weir::gateway::flow {

/// A rate with a burst, in any unit. Something may go when the bucket is not in debt, and is then
/// charged whole; so over any window of w seconds at most rate x w + burst + one charge goes. The
/// limit can be changed while running.
class TokenBucket {
public:
  TokenBucket() = default;  ///< no limit
  /// rate per second > 0; the bucket starts full.
  TokenBucket(double rate, double burst, TimePoint now);

  /// 0: no limit. What has been charged stays charged.
  void set_rate(double rate, double burst, TimePoint now);
  [[nodiscard]] bool is_limited() const { return rate_ > 0; }
  [[nodiscard]] double rate() const { return rate_; }
  [[nodiscard]] bool may_go(TimePoint now) { return !is_limited() || level(now) >= 0; }
  /// Takes the amount if the whole of it is there: for limits that never go into debt.
  [[nodiscard]] bool try_take(double amount, TimePoint now);
  void charge(double amount, TimePoint now);
  /// When `may_go` will next hold; none without a limit or while it holds.
  [[nodiscard]] std::optional<TimePoint> opens_at(TimePoint now);

private:
  double level(TimePoint now);

  double rate_ = 0;
  double burst_ = 0;
  double level_ = 0;
  TimePoint filled_at_{};
};

}  // namespace weir::gateway::flow
