#include "gateway/metrics/metric_table.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace weir::gateway::metrics {
namespace {

/// The distance of a member from the beginning: what tells two members of one type apart.
struct Address {
  const MetricsSnapshot& snapshot;
  const void* operator()(auto member) const { return &(snapshot.*member); }
};

}  // namespace

TEST_CASE("every metric has a name of its own, after the convention, and a sentence") {
  std::set<std::string_view> names;
  for (const auto& metric : metric_table()) {
    CAPTURE(metric.name);
    CHECK(names.insert(metric.name).second);
    CHECK(metric.name.starts_with("weir_"));
    CHECK(metric.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
    CHECK(metric.name.ends_with("_total") == (metric.type == MetricType::counter));
    CHECK(metric.help.size() > 10);
    CHECK(metric.help.ends_with(metric.name == "weir_build_info" ? "label." : "."));
  }
  CHECK(names.size() >= 20);
}

TEST_CASE("no value is told under two names") {
  const MetricsSnapshot snapshot;
  std::set<const void*> members;
  for (const auto& metric : metric_table()) {
    CAPTURE(metric.name);
    CHECK(members.insert(std::visit(Address{snapshot}, metric.value)).second);
  }
}

TEST_CASE("labels name closed sets only: never a topic, a user or an address") {
  const std::set<std::string_view> closed{"protocol",
                                          "reason",
                                          "fault",
                                          "limit",
                                          "class",
                                          "adapter",
                                          "state",
                                          "version",
                                          "event",
                                          "shard"};
  for (const auto& metric : metric_table()) {
    CAPTURE(metric.name);
    const bool is_labelled =
        std::holds_alternative<LabelledCounts MetricsSnapshot::*>(metric.value);
    CHECK(is_labelled == !metric.labels().empty());
    for (const auto label : metric.labels()) CHECK(closed.contains(label));
  }
}

TEST_CASE("histograms are the only metrics with buckets") {
  for (const auto& metric : metric_table()) {
    CAPTURE(metric.name);
    const bool has_buckets = std::holds_alternative<Histogram MetricsSnapshot::*>(metric.value);
    CHECK(has_buckets == (metric.type == MetricType::histogram));
  }
  CHECK(name(MetricType::counter) == "counter");
  CHECK(name(MetricType::gauge) == "gauge");
  CHECK(name(MetricType::histogram) == "histogram");
}

}  // namespace weir::gateway::metrics
