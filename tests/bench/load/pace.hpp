#pragma once

#include "tests/bench/load/feeder.hpp"
#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/tally.hpp"

#include <cstdint>
#include <functional>

namespace weir::tests::bench {

inline constexpr std::int64_t second_ns = 1'000'000'000;
/// How soon what the server has not taken of the feed is tried again.
inline constexpr std::int64_t flush_interval_ns = second_ns / 1000;

[[nodiscard]] inline std::int64_t to_ns(double seconds) {
  return static_cast<std::int64_t>(seconds * 1e9);
}

/// Says once a second that the run goes on.
class Progress {
public:
  void tell(std::int64_t now, const Tally& tally);

private:
  std::int64_t next_ = 0;
  std::uint64_t told_ = 0;
};

/// Calls `push` so many times a second until `until` (CLOCK_MONOTONIC ns), and lets the fleet read
/// meanwhile. `in_turn` is called after each look around. Gives how many times the server did not
/// take the feed at once.
std::uint64_t keep_rate(double rate_per_s,
                        Fleet& fleet,
                        Feeder& feeder,
                        std::int64_t until,
                        const std::function<void()>& push,
                        const std::function<void(std::int64_t now)>& in_turn);

}  // namespace weir::tests::bench
