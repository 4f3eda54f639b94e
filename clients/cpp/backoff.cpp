#include "clients/cpp/backoff.hpp"

#include <algorithm>

namespace weir::clients::cpp {

namespace {

constexpr unsigned doublings_max = 16;  // far past last_max
constexpr int good_lives = 10;          // times the longest wait before it

}  // namespace

Duration Backoff::ceiling(unsigned failures) {
  return std::min(last_max, first_max * (1 << std::min(failures, doublings_max)));
}

Duration Backoff::next(Duration asked_for) {
  const auto choices = static_cast<std::uint64_t>(ceiling(failures_++).count()) + 1;
  return std::max(asked_for, Duration(0)) +
         Duration(static_cast<Duration::rep>(random_() % choices));
}

void Backoff::on_lost(Duration lived) {
  if (failures_ == 0) return;
  if (lived >= std::min(good_after_max, good_lives * ceiling(failures_ - 1))) failures_ = 0;
}

}  // namespace weir::clients::cpp
