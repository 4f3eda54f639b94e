#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::gateway::metrics {

/// Counts observations in fixed buckets. A value of one shard, or a copy of it: plain integers, no
/// allocation after construction.
class Histogram {
public:
  /// Without buckets: takes those of the first one that is added to it.
  Histogram() = default;
  /// Shape:  upper bounds, ascending, which belong to their bucket; must outlive the histogram. One
  ///         bucket more holds what is above the last.
  explicit Histogram(std::span<const double> bounds);
  /// From counts that somebody else has kept: one per bound and one for what is above the last.
  Histogram(std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum);

  void observe(double value, std::uint64_t times = 1);
  /// Both must have the same bounds, or one of them none.
  Histogram& operator+=(const Histogram& other);

  [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
  /// Of each bucket alone, not cumulated.
  [[nodiscard]] std::span<const std::uint64_t> counts() const { return counts_; }
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] double sum() const { return sum_; }

private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace weir::gateway::metrics
