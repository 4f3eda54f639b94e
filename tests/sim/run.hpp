#pragma once

#include "gateway/core/ids.hpp"
#include "tests/sim/violation.hpp"

#include <cstdint>
#include <optional>

namespace weir::tests::sim {

/// Runs one seed to its end, or to the first broken promise.
[[nodiscard]] std::optional<Violation> run_seed(std::uint64_t seed, gateway::ShardIndex shards);

}  // namespace weir::tests::sim
