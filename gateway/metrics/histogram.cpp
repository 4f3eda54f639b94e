#include "gateway/metrics/histogram.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <numeric>

namespace weir::gateway::metrics {

Histogram::Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {
  assert(std::ranges::adjacent_find(bounds, std::ranges::greater_equal()) == bounds.end());
}

Histogram::Histogram(std::span<const double> bounds,
                     std::span<const std::uint64_t> counts,
                     double sum)
    : bounds_(bounds), counts_(counts.begin(), counts.end()), sum_(sum) {
  assert(counts.size() == bounds.size() + 1);
}

void Histogram::observe(double value, std::uint64_t times) {
  assert(!counts_.empty());
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)] += times;
  sum_ += value * static_cast<double>(times);
}

Histogram& Histogram::operator+=(const Histogram& other) {
  if (other.counts_.empty()) return *this;
  if (counts_.empty()) return *this = other;
  assert(std::ranges::equal(bounds_, other.bounds_));
  std::ranges::transform(counts_, other.counts_, counts_.begin(), std::plus());
  sum_ += other.sum_;
  return *this;
}

std::uint64_t Histogram::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

}  // namespace weir::gateway::metrics
