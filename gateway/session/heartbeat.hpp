#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace weir::gateway::session {

/// Life signs of one session, both ways: when the gateway owes the client one, when it asks for
/// one, and when the client is taken for dead after two silent intervals. Sessions that began or
/// were served together must not beat together: each beats up to an eighth of the interval early,
/// by its number, and begins to ping anywhere in the interval. Time is an argument.
class Heartbeat {
public:
  Heartbeat(Duration interval, SessionId session, TimePoint now)
      : spread_(static_cast<std::uint32_t>((session * 0x9E3779B97F4A7C15U) >> 32U)),
        sent_at_(now),
        heard_at_(now) {
    set_interval(interval, now);
  }

  /// Agreed with the client; pings begin anew.
  void set_interval(Duration interval, TimePoint now) {
    constexpr std::uint32_t steps = 1024;
    interval_ = interval;
    beat_ = interval - interval * (spread_ % steps) / (std::int64_t{8} * steps);
    asked_at_ = now - beat_ * (spread_ / steps % steps) / steps;
  }
  [[nodiscard]] Duration interval() const { return interval_; }
  void on_sent(TimePoint now) { sent_at_ = now; }
  void on_heard(TimePoint now) { heard_at_ = now; }
  void on_asked(TimePoint now) { asked_at_ = now; }
  void on_round_trip(Duration duration) { round_trip_ = duration; }

  /// A message to the client: it has got none for so long.
  [[nodiscard]] bool is_owed(TimePoint now) const { return now >= sent_at_ + beat_; }
  /// A ping, which the client's side answers by itself: for its life sign, and to measure.
  [[nodiscard]] bool is_to_ask(TimePoint now) const { return now >= asked_at_ + beat_; }
  [[nodiscard]] bool is_dead(TimePoint now) const { return now >= heard_at_ + 2 * interval_; }
  [[nodiscard]] TimePoint deadline() const {
    return std::min({sent_at_ + beat_, asked_at_ + beat_, heard_at_ + 2 * interval_});
  }
  /// Of the last ping that was answered; none was yet.
  [[nodiscard]] std::optional<Duration> round_trip() const {
    return round_trip_ < Duration{} ? std::nullopt : std::optional(round_trip_);
  }

private:
  std::uint32_t spread_;
  Duration interval_{};
  Duration beat_{};  ///< between life signs of this session
  TimePoint sent_at_;
  TimePoint heard_at_;
  TimePoint asked_at_;
  Duration round_trip_{-1};  ///< negative: none
};

}  // namespace weir::gateway::session
