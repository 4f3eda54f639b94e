#include "tests/sim/run.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

// WEIR_SIM_SEED=n runs that seed alone; WEIR_SIM_SECONDS=n goes on with new seeds for so long, from
// WEIR_SIM_FIRST on.
namespace weir::tests::sim {
namespace {

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* given = std::getenv(variable);
  if (given == nullptr) return std::nullopt;
  return std::strtoull(given, nullptr, 10);
}

/// Prints what is needed to see it again.
bool holds(std::uint64_t seed, gateway::ShardIndex shards) {
  const auto violation = run_seed(seed, shards);
  if (violation) {
    const char* number = shards == 1 ? "one" : shards == 2 ? "two" : "four";
    std::cout << violation->what() << "\n  again: WEIR_SIM_SEED=" << seed << " tests/sim/sim -tc='*"
              << number << " shard*' in the build folder\n";
  }
  return !violation;
}

void run_seeds(gateway::ShardIndex shards, std::uint64_t count) {
  if (const auto seed = number_from("WEIR_SIM_SEED")) {
    CHECK(holds(*seed, shards));
    return;
  }
  const auto first = number_from("WEIR_SIM_FIRST").value_or(1);
  const std::chrono::seconds wanted(number_from("WEIR_SIM_SECONDS").value_or(0));
  const auto began = std::chrono::steady_clock::now();
  auto seed = first;
  int failed = 0;
  while (failed < 5 &&
         (seed < first + count || std::chrono::steady_clock::now() < began + wanted)) {
    if (!holds(seed++, shards)) ++failed;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << "sim: seeds " << first << " to " << seed - 1 << " with " << shards << " shards, "
            << static_cast<double>(seed - first) / took.count() << " seeds/s\n";
  CHECK(failed == 0);
}

}  // namespace

TEST_CASE("every promise is kept on one shard") {
  run_seeds(1, 60);
}

TEST_CASE("every promise is kept on two shards") {
  run_seeds(2, 40);
}

TEST_CASE("every promise is kept on four shards") {
  run_seeds(4, 30);
}

}  // namespace weir::tests::sim
