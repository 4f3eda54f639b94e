#pragma once

#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/stopwatch.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace weir::tests::bench {

/// What one slow reader has seen in a phase.
struct SlowFigures {
  std::string name;
  Tally tally;
};

/// What a part of the run at one speed of the slow ones has found.
struct PhaseFigures {
  std::size_t bytes_per_s = 0;  ///< of each slow one
  std::int64_t begin_ns = 0;    ///< CLOCK_MONOTONIC
  Usage usage{};
  std::uint64_t pss_peak = 0;  ///< of the server, bytes, looked at once a second
  Tally fast{};
  std::vector<SlowFigures> slow{};  ///< empty: they are not there yet
};

/// The fast ones alone, then with the slow ones in one phase after the other; the first element is
/// the part alone. So many messages a second all the time, whoever has them.
/// Errors: throws when the slow ones are not let in.
[[nodiscard]] std::vector<PhaseFigures> measure_phases(const Options& options,
                                                       Fleet& fleet,
                                                       Group& fast,
                                                       std::deque<Group>& slow);

}  // namespace weir::tests::bench
