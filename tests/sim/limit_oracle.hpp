#pragma once

#include "gateway/core/time.hpp"
#include "gateway/session/limits.hpp"
#include "protocol/core/command.hpp"
#include "protocol/core/event.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
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

/// Whether one connection's output keeps to its limits: the lower of what its client wishes and
/// what the operator says. The client is told each change before the next delivery.
class LimitOracle {
public:
  /// `configured`: what the operator's configuration says of this connection.
  LimitOracle(const gateway::session::Ceilings& configured, gateway::TimePoint now);

  /// The session is handed these.
  void on_wishes(const protocol::SessionWishes& wishes);
  /// The operator changes the ceilings of this session.
  void on_restricted(const gateway::session::CeilingChange& change);
  /// What has to be in force now; of the gateway's own limits nothing.
  [[nodiscard]] protocol::EffectiveLimits due() const;

  /// The client is told, in the reply to a request; `due` was right when the session took it.
  void on_reply(const protocol::EffectiveLimits& told,
                const protocol::EffectiveLimits& due,
                gateway::TimePoint now);
  void on_event(const protocol::EffectiveLimits& told, gateway::TimePoint now);
  void on_control(std::size_t frame_bytes, gateway::TimePoint now);
  void on_delivery(std::size_t frame_bytes, std::size_t payload_bytes, gateway::TimePoint now);
  void on_acknowledged(std::uint64_t total) { acknowledged_ = total; }

  /// Every change was told.
  void check_told() const;
  [[nodiscard]] bool is_limited() const {
    return bytes_.is_limited() || messages_.is_limited() || window_ > 0 || max_delay_ms_ > 0;
  }

private:
  void set(const protocol::EffectiveLimits& limits, gateway::TimePoint now);

  gateway::session::Ceilings configured_;
  gateway::session::Ceilings own_;
  protocol::SessionWishes wishes_;                ///< the newest of each
  std::deque<protocol::EffectiveLimits> untold_;  ///< changes that the operator made
  Allowance bytes_;
  Allowance messages_;
  std::int64_t max_delay_ms_ = 0;
  std::uint64_t window_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace weir::tests::sim
