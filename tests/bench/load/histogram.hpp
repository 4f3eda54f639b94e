#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace weir::tests::bench {

/// Counts of values in buckets that are at most 1/32 of the value wide. Fixed size.
class Histogram {
public:
  void record(std::uint64_t value) {
    ++buckets_[index_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }

  /// The greatest value of the bucket below whose end `share` (0..1) of all values lie; 0 when
  /// there are none.
  [[nodiscard]] std::uint64_t percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t index = 0; index < buckets_.size(); ++index) {
      seen += buckets_[index];
      if (seen > 0 && seen >= wanted) return std::min(last_of(index), max_);
    }
    return max_;
  }

private:
  static constexpr unsigned sub_bits = 5;
  static constexpr std::uint64_t sub_count = std::uint64_t{1} << sub_bits;

  /// Values below `sub_count` have a bucket each; above, every power of two has `sub_count`.
  static std::size_t index_of(std::uint64_t value) {
    if (value < sub_count) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
    return shift * sub_count + (value >> shift);
  }
  static std::uint64_t last_of(std::size_t index) {
    if (index < 2 * sub_count) return index;
    const std::size_t shift = index / sub_count - 1;
    return ((index % sub_count + sub_count + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - sub_bits + 1) * sub_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace weir::tests::bench
