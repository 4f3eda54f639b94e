#pragma once

#include "gateway/core/time.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace weir::tests::sim {

/// A limit, looked at from outside: something may go while the credit is not used up, and is then
/// counted whole; the credit grows with time up to a quarter of a second's worth. That is the same
/// as: over every window no more than limit x window + one burst.
class Allowance {
public:
  /// 0: none. A new limit begins with a whole burst.
  void set(double per_s, gateway::TimePoint now) {
    if (per_s == per_s_) return;
    per_s_ = per_s;
    credit_ = burst();
    seen_at_ = now;
  }
  [[nodiscard]] bool is_open(gateway::TimePoint now) {
    if (per_s_ <= 0) return true;
    const std::chrono::duration<double> passed = now - seen_at_;
    credit_ = std::min(burst(), credit_ + passed.count() * per_s_);
    seen_at_ = now;
    return credit_ >= -1e-3;
  }
  void use(double amount, gateway::TimePoint now) {
    if (is_open(now) || per_s_ > 0) credit_ -= per_s_ > 0 ? amount : 0;
  }
  [[nodiscard]] bool is_limited() const { return per_s_ > 0; }

private:
  [[nodiscard]] double burst() const { return per_s_ / 4; }

  double per_s_ = 0;
  double credit_ = 0;
  gateway::TimePoint seen_at_{};
};

/// Whether one connection's output keeps to its limits.
class LimitOracle {
public:
  void set(double bytes_per_s,
           double messages_per_s,
           std::uint64_t window,
           gateway::TimePoint now) {
    bytes_.set(bytes_per_s, now);
    messages_.set(messages_per_s, now);
    window_ = window;
  }
  void on_control(std::size_t frame_bytes, gateway::TimePoint now) {
    bytes_.use(static_cast<double>(frame_bytes), now);
  }
  void on_delivery(std::size_t frame_bytes, std::size_t payload_bytes, gateway::TimePoint now) {
    require(bytes_.is_open(now), Promise::limits, "more bytes than bytes_per_s allows");
    require(messages_.is_open(now), Promise::limits, "more messages than messages_per_s allows");
    require(
        window_ == 0 || sent_ == acknowledged_ || sent_ - acknowledged_ + payload_bytes <= window_,
        Promise::limits,
        "more than the window is not acknowledged");
    bytes_.use(static_cast<double>(frame_bytes), now);
    messages_.use(1, now);
    sent_ += payload_bytes;
  }
  void on_acknowledged(std::uint64_t total) { acknowledged_ = total; }

  [[nodiscard]] bool is_limited() const {
    return bytes_.is_limited() || messages_.is_limited() || window_ > 0;
  }

private:
  Allowance bytes_;
  Allowance messages_;
  std::uint64_t window_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace weir::tests::sim
