// Does one path of the core again and again, so that a profiler can count its instructions:
//
//   bench_counts            prints the compiler, and the names of the paths, one a line
//   bench_counts PATH N     does it N times; everything to be counted is below `counted_round`
//
// tests/bench/counts/check compares the counts with the baseline.
#include "tests/bench/counts/path.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <span>

using weir::tests::bench::Path;

namespace {

#ifdef __clang__
constexpr std::string_view compiler = __VERSION__;
#else
constexpr std::string_view compiler = "g++ " __VERSION__;
#endif

/// What is only done once, like growing a vector, is not what a path costs.
constexpr int uncounted_rounds = 5;

}  // namespace

// A symbol that the profiler is told by name.
extern "C" [[gnu::noinline]] void counted_round(Path& path) {
  path.round();
  asm volatile("" ::: "memory");  // no tail call: what follows would not be below this symbol
}

int main(int count, char** values) {
  const auto& paths = weir::tests::bench::paths();
  const std::span arguments(values, static_cast<std::size_t>(count));
  if (arguments.size() == 1) {
    std::cout << compiler << "\n";
    for (const auto& path : paths) std::cout << path.name << "\n";
    return 0;
  }
  const std::string_view name = arguments[1];
  const auto found = std::ranges::find(paths, name, &weir::tests::bench::NamedPath::name);
  if (arguments.size() != 3 || found == paths.end()) {
    std::cerr << "usage: bench_counts [PATH ROUNDS]; without arguments: the paths\n";
    return 2;
  }
  const auto path = found->make();
  for (int round = 0; round < uncounted_rounds; ++round) {
    path->prepare();
    path->round();
  }
  for (auto left = std::strtoul(arguments[2], nullptr, 10); left > 0; --left) {
    path->prepare();
    counted_round(*path);
  }
  if (path->is_sound()) return 0;
  std::cerr << name << ": the rounds have not done what they are to count\n";
  return 1;
}
