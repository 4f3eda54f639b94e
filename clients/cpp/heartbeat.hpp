#pragma once

#include "clients/cpp/time.hpp"

#include <cstdint>

namespace weir::clients::cpp {

/// Watches the silence of both sides of one connection: a ping is due when this side has said
/// nothing for an interval, and the end when the other has said nothing for two.
class Heartbeat {
public:
  /// What is to be done about silence.
  enum class Silence : std::uint8_t { none, ping, dead };

  Heartbeat(TimePoint now, Duration interval)
      : interval_(interval), last_sent_(now), last_received_(now) {}

  void set_interval(Duration interval) { interval_ = interval; }
  void on_sent(TimePoint now) { last_sent_ = now; }
  void on_received(TimePoint now) {
    last_received_ = now;
    has_grace_ = true;
  }

  /// When `check` has something to say at the latest.
  [[nodiscard]] TimePoint deadline() const;
  [[nodiscard]] Silence check(TimePoint now);

private:
  [[nodiscard]] TimePoint dead_at() const { return last_received_ + 2 * interval_; }

  Duration interval_;
  TimePoint last_sent_;
  TimePoint last_received_;
  bool has_grace_ = true;
};

}  // namespace weir::clients::cpp
