#pragma once

#include "tests/bench/load/fleet.hpp"
#include "tests/bench/load/measure.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/phases.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace weir::tests::bench {

/// Whether what the fast ones have seen may be believed: nobody was refused or cut off, nothing
/// came out of order, and with `all` nothing is missing.
[[nodiscard]] bool is_sound(const Options& options, const Tally& fast);

/// Whether a slow one has seen nothing that must not be: with Weir's `all` it may miss only what a
/// gap has told. Being cut off is bad luck, but sound.
[[nodiscard]] bool is_sound(const Options& options, const SlowReader& reader, const Tally& slow);
[[nodiscard]] bool is_sound(const Options& options, const std::vector<PhaseFigures>& phases);

/// One JSON object on one line.
[[nodiscard]] std::string report(const Options& options, const Figures& figures, const Group& fast);
[[nodiscard]] std::string report(const Options& options,
                                 const Figures& figures,
                                 const std::vector<PhaseFigures>& phases,
                                 std::uint64_t rss_peak_bytes);

}  // namespace weir::tests::bench
