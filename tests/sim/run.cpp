#include "tests/sim/run.hpp"

#include "tests/sim/world.hpp"

namespace weir::tests::sim {

std::optional<Violation> run_seed(std::uint64_t seed, gateway::ShardIndex shards) {
  World world(Scenario::from_seed(seed, shards));
  try {
    world.run();
  } catch (const Violation& violation) {
    return violation;
  }
  return std::nullopt;
}

}  // namespace weir::tests::sim
