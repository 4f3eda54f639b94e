#include "clients/cpp/server_clock.hpp"

#include <algorithm>

namespace weir::clients::cpp {
namespace {

constexpr std::size_t pongs_max = 8;

TimePoint::duration round_trip_of(const ServerClock::Pong& pong) {
  return pong.answered_at - pong.asked_at;
}

}  // namespace

void ServerClock::on_pong(const Pong& pong) {
  if (pongs_.size() == pongs_max) pongs_.erase(pongs_.begin());
  pongs_.push_back(pong);
}

std::optional<std::int64_t> ServerClock::unix_ms(TimePoint now) const {
  const auto* pong = best();
  if (pong == nullptr) return std::nullopt;
  const auto since = now - pong->asked_at - round_trip_of(*pong) / 2;
  return pong->unix_ms + std::chrono::round<Duration>(since).count();
}

std::optional<Duration> ServerClock::round_trip() const {
  const auto* pong = best();
  if (pong == nullptr) return std::nullopt;
  return std::chrono::round<Duration>(round_trip_of(*pong));
}

const ServerClock::Pong* ServerClock::best() const {
  const auto quickest = std::ranges::min_element(pongs_, {}, round_trip_of);
  return quickest == pongs_.end() ? nullptr : &*quickest;
}

}  // namespace weir::clients::cpp
