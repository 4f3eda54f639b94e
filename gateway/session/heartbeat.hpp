#pragma once

#include "gateway/core/time.hpp"

namespace weir::gateway::session {

/// Life signs of one session, both ways: when the gateway owes the client one, and when the client
/// is taken for dead after two silent intervals. Time is an argument.
class Heartbeat {
public:
  Heartbeat(Duration interval, TimePoint now)
      : interval_(interval), sent_at_(now), heard_at_(now) {}

  void set_interval(Duration interval) { interval_ = interval; }
  [[nodiscard]] Duration interval() const { return interval_; }
  void on_sent(TimePoint now) { sent_at_ = now; }
  void on_heard(TimePoint now) { heard_at_ = now; }

  [[nodiscard]] bool is_owed(TimePoint now) const { return now >= sent_at_ + interval_; }
  [[nodiscard]] bool is_dead(TimePoint now) const { return now >= heard_at_ + 2 * interval_; }
  [[nodiscard]] TimePoint deadline() const {
    const auto owed_at = sent_at_ + interval_;
    const auto dead_at = heard_at_ + 2 * interval_;
    return owed_at < dead_at ? owed_at : dead_at;
  }

private:
  Duration interval_;
  TimePoint sent_at_;
  TimePoint heard_at_;
};

}  // namespace weir::gateway::session
