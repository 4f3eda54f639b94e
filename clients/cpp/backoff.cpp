#include "clients/cpp/backoff.hpp"

#include <algorithm>

namespace weir::clients::cpp {

Duration Backoff::next(Duration asked_for) {
  constexpr unsigned doublings_max = 16;  // far past last_max
  const auto ceiling = std::min(last_max, first_max * (1 << std::min(failures_, doublings_max)));
  ++failures_;
  const auto choices = static_cast<std::uint64_t>(ceiling.count()) + 1;
  return std::max(asked_for, Duration(0)) +
         Duration(static_cast<Duration::rep>(random_() % choices));
}

}  // namespace weir::clients::cpp
