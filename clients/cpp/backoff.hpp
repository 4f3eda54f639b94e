#pragma once

#include "clients/cpp/random_source.hpp"
#include "clients/cpp/time.hpp"

namespace weir::clients::cpp {

/// How long to wait before coming back, with full jitter: between nothing and min(30 s, 0.5 s *
/// 2^n) after n failures, so that clients that lost their gateway together do not come back
/// together. A connection that has lived ten times as long as the longest wait before it, or a
/// minute, is good: the next failure begins the row anew.
class Backoff {
public:
  static constexpr Duration first_max{500};
  static constexpr Duration last_max{30'000};
  /// A connection that has lived this long is good, whatever was before it.
  static constexpr Duration good_after_max{60'000};

  explicit Backoff(RandomSource random) : random_(std::move(random)) {}

  /// The wait after one more failure, on top of what the gateway asked for.
  [[nodiscard]] Duration next(Duration asked_for = Duration(0));
  /// The connection behind the last wait is lost after so long.
  void on_lost(Duration lived);

private:
  /// The longest wait after so many failures.
  [[nodiscard]] static Duration ceiling(unsigned failures);

  RandomSource random_;
  unsigned failures_ = 0;
};

}  // namespace weir::clients::cpp
