#include "tests/sim/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

// Linked with one source of the gateway in which a bug was planted: planted_bug SHARDS PROMISE...
// Succeeds when a seed breaks a promise within bounds, and it is one of those that the bug is
// about.
namespace {

constexpr std::uint64_t seeds_max = 200;

}  // namespace

int main(int count, char** values) {
  namespace sim = weir::tests::sim;
  const std::vector<std::string_view> arguments(values + 1, values + count);
  if (arguments.size() < 2) return 2;
  const auto shards = static_cast<weir::gateway::ShardIndex>(std::strtoul(values[1], nullptr, 10));
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    const auto violation = sim::run_seed(seed, shards);
    if (!violation) continue;
    const auto promise = sim::name(violation->promise());
    std::cout << "caught by seed " << seed << ": " << violation->what() << "\n";
    const auto expected = std::span(arguments).subspan(1);
    if (std::ranges::find(expected, promise) != expected.end()) return 0;
    std::cout << "but the promise is another one than those that this bug should break\n";
    return 1;
  }
  std::cout << "not caught within " << seeds_max << " seeds\n";
  return 1;
}
