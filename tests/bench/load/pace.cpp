#include "tests/bench/load/pace.hpp"

#include "tests/bench/load/stamp.hpp"

#include <algorithm>
#include <cstdio>

namespace weir::tests::bench {

void Progress::tell(std::int64_t now, const Tally& tally) {
  if (now < next_) return;
  if (next_ != 0) {
    std::fprintf(stderr,
                 "    %.1f k deliveries/s\n",
                 static_cast<double>(tally.deliveries - std::min(told_, tally.deliveries)) / 1e3);
  }
  told_ = tally.deliveries;
  next_ = now + second_ns;
}

std::uint64_t keep_rate(double rate_per_s,
                        Fleet& fleet,
                        Feeder& feeder,
                        std::int64_t until,
                        const std::function<void()>& push,
                        const std::function<void(std::int64_t now)>& in_turn) {
  std::uint64_t held_up = 0;
  const std::int64_t interval = to_ns(1 / rate_per_s);
  std::int64_t next = now_ns();
  for (std::int64_t now = next; now < until; now = now_ns()) {
    for (; next <= now; next += interval) push();
    feeder.flush();
    if (feeder.is_held_up()) ++held_up;
    fleet.poll(feeder.is_held_up() ? std::min(next, now + flush_interval_ns) : next);
    in_turn(now);
  }
  return held_up;
}

}  // namespace weir::tests::bench
