#include "gateway/metrics/metrics_snapshot.hpp"

#include "gateway/metrics/metric_table.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace weir::gateway::metrics {
namespace {

constexpr std::array<double, 1> bounds{1};

/// Something in every member that the table knows.
struct Fill {
  MetricsSnapshot& snapshot;
  void operator()(std::uint64_t MetricsSnapshot::* member) const { snapshot.*member = 3; }
  void operator()(double MetricsSnapshot::* member) const { snapshot.*member = 0.5; }
  void operator()(LabelledCounts MetricsSnapshot::* member) const {
    (snapshot.*member).add({"a"}, 2);
  }
  void operator()(Histogram MetricsSnapshot::* member) const {
    snapshot.*member = Histogram(bounds, std::vector<std::uint64_t>{1, 2}, 4);
  }
};

struct IsDouble {
  const MetricsSnapshot& sum;
  bool operator()(std::uint64_t MetricsSnapshot::* member) const { return sum.*member == 6; }
  bool operator()(double MetricsSnapshot::* member) const { return sum.*member == 1; }
  bool operator()(LabelledCounts MetricsSnapshot::* member) const {
    return (sum.*member).counts().at({"a"}) == 4;
  }
  bool operator()(Histogram MetricsSnapshot::* member) const {
    return (sum.*member).count() == 6 && (sum.*member).sum() == 8;
  }
};

}  // namespace

TEST_CASE("the parts of the shards add up, member by member") {
  MetricsSnapshot part;
  for (const auto& metric : metric_table()) std::visit(Fill{part}, metric.value);
  MetricsSnapshot sum;
  sum += part;
  sum += part;
  for (const auto& metric : metric_table()) {
    CAPTURE(metric.name);
    CHECK(std::visit(IsDouble{sum}, metric.value));
  }
}

TEST_CASE("counts add up label by label, and a zero is kept") {
  LabelledCounts a;
  a.add({"x", "y"}, 1);
  a.add({"x", "z"}, 0);
  LabelledCounts b;
  b.add({"x", "y"}, 2);
  b.add({"v", "y"}, 5);
  a += b;
  CHECK(a.counts() == std::map<LabelledCounts::Values, std::uint64_t>{
                          {{"v", "y"}, 5}, {{"x", "y"}, 3}, {{"x", "z"}, 0}});
}

TEST_CASE("an adapter is in one state, and the others are told as well") {
  MetricsSnapshot snapshot;
  set_adapter_state(snapshot, "feed", "up");
  set_adapter_state(snapshot, "host", "down");
  const auto& counts = snapshot.adapter_state.counts();
  CHECK(counts.size() == 8);
  CHECK(counts.at({"feed", "up"}) == 1);
  CHECK(counts.at({"feed", "down"}) == 0);
  CHECK(counts.at({"host", "down"}) == 1);
  CHECK(counts.at({"host", "connecting"}) == 0);
}

}  // namespace weir::gateway::metrics
