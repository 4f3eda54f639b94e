#include "gateway/metrics/histogram.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace weir::gateway::metrics {
namespace {

constexpr std::array<double, 3> bounds{0.1, 1, 10};

std::vector<std::uint64_t> counts_of(const Histogram& histogram) {
  return {histogram.counts().begin(), histogram.counts().end()};
}

using Counts = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a value goes into the first bucket whose bound it does not exceed") {
  Histogram histogram(bounds);
  for (const double value : {-1.0, 0.0, 0.1, 0.11, 1.0, 10.0, 10.01, 1e9}) histogram.observe(value);
  CHECK(counts_of(histogram) == Counts{3, 2, 1, 2});
  CHECK(histogram.count() == 8);
}

TEST_CASE("a value may be observed many times at once") {
  Histogram histogram(bounds);
  histogram.observe(0.5, 1000);
  histogram.observe(2, 0);
  CHECK(counts_of(histogram) == Counts{0, 1000, 0, 0});
  CHECK(histogram.sum() == doctest::Approx(500));
}

TEST_CASE("histograms add up bucket by bucket") {
  Histogram a(bounds);
  a.observe(0.5);
  const Histogram b(bounds, Counts{1, 2, 3, 4}, 77);
  a += b;
  CHECK(counts_of(a) == Counts{1, 3, 3, 4});
  CHECK(a.sum() == doctest::Approx(77.5));
}

TEST_CASE("one without buckets adds nothing and takes the other's") {
  Histogram histogram;
  CHECK(histogram.count() == 0);
  histogram += Histogram();
  CHECK(histogram.counts().empty());
  histogram += Histogram(bounds, Counts{1, 0, 0, 2}, 5);
  histogram += Histogram();
  CHECK(counts_of(histogram) == Counts{1, 0, 0, 2});
  CHECK(histogram.bounds().size() == 3);
  CHECK(histogram.sum() == 5);
}

}  // namespace weir::gateway::metrics
