#include "clients/cpp/heartbeat.hpp"

#include <algorithm>

namespace weir::clients::cpp {

TimePoint Heartbeat::deadline() const {
  return std::min(last_sent_ + interval_, dead_at());
}

Heartbeat::Silence Heartbeat::check(TimePoint now) {
  if (now < dead_at()) return now >= last_sent_ + interval_ ? Silence::ping : Silence::none;
  const bool was_asleep = now - dead_at() > interval_ / 2;
  if (!was_asleep || !has_grace_) return Silence::dead;
  // The timer is late, so this process slept or was busy, and messages may wait unread: one more
  // interval, once.
  has_grace_ = false;
  last_received_ = now - interval_;
  return Silence::ping;
}

}  // namespace weir::clients::cpp
