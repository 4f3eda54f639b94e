#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace weir::adapters::common {

using Milliseconds = std::chrono::milliseconds;

/// How long to wait before the next attempt to reach a source: anything from nothing to a ceiling
/// that doubles with each failure ("full jitter"), so that many who lost the same source do not
/// come back together.
class Backoff {
public:
  struct Options {
    Milliseconds first{100};      ///< ceiling of the first wait
    Milliseconds ceiling{10000};  ///< of all others
    std::uint64_t seed = 0;
  };

  explicit Backoff(Options options);

  /// The next wait, 0..ceiling inclusive.
  [[nodiscard]] Milliseconds next();
  /// The source was reached: the next failure is a first one.
  void reset() { limit_ = options_.first; }

private:
  Options options_;
  Milliseconds limit_;
  std::mt19937_64 engine_;
};

}  // namespace weir::adapters::common
