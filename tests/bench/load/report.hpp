#pragma once

#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/measure.hpp"
#include "tests/bench/load/options.hpp"

#include <string>

namespace weir::tests::bench {

/// Whether the run may be believed: nobody was refused or cut off, nothing came out of order, and
/// with `all` nothing is missing. Slow subscribers may miss what a gap has told.
[[nodiscard]] bool is_sound(const Options& options, const Group& fast, const Group& slow);

/// One JSON object on one line.
[[nodiscard]] std::string report(const Options& options,
                                 const Figures& figures,
                                 const Group& fast,
                                 const Group& slow);

}  // namespace weir::tests::bench
