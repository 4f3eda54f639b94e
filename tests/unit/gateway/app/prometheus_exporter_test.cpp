#include "gateway/app/prometheus_exporter.hpp"

#include "gateway/metrics/metric_table.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {
namespace {

using metrics::Histogram;
using metrics::LabelledCounts;
using metrics::MetricsSnapshot;

constexpr std::array<double, 2> bounds{0.5, 2};

/// Something everywhere, with as many labels as each metric has.
MetricsSnapshot full_snapshot() {
  MetricsSnapshot snapshot;
  struct Fill {
    MetricsSnapshot& snapshot;
    std::size_t labels;
    void operator()(std::uint64_t MetricsSnapshot::* member) const { snapshot.*member = 7; }
    void operator()(double MetricsSnapshot::* member) const { snapshot.*member = 1.5; }
    void operator()(LabelledCounts MetricsSnapshot::* member) const {
      if (labels == 1) (snapshot.*member).add({"one"}, 3);
      if (labels == 2) (snapshot.*member).add({"one", "two"}, 3);
    }
    void operator()(Histogram MetricsSnapshot::* member) const {
      snapshot.*member = Histogram(bounds, std::vector<std::uint64_t>{1, 2, 3}, 9);
    }
  };
  for (const auto& metric : metrics::metric_table()) {
    std::visit(Fill{snapshot, metric.labels().size()}, metric.value);
  }
  return snapshot;
}

bool has_line(const std::string& text, std::string_view line) {
  return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

/// The exit code of promtool, which comes with Debian's package prometheus and prints what it
/// finds.
int promtool_check(const std::string& text, const std::string& redirection = {}) {
  std::FILE* promtool = popen(("promtool check metrics " + redirection).c_str(), "w");
  REQUIRE(promtool != nullptr);
  CHECK(std::fwrite(text.data(), 1, text.size(), promtool) == text.size());
  return pclose(promtool);
}

}  // namespace

TEST_CASE("a counter, a gauge, labels and a histogram look as Prometheus wants them") {
  const auto text = to_prometheus_text(full_snapshot());
  CHECK(has_line(text, "# HELP weir_session_open Sessions that are open."));
  CHECK(has_line(text, "# TYPE weir_session_open gauge"));
  CHECK(has_line(text, "weir_session_open 7"));
  CHECK(has_line(text, "# TYPE weir_net_closes_total counter"));
  CHECK(has_line(text, "weir_net_closes_total{reason=\"one\"} 3"));
  CHECK(has_line(text, "weir_adapter_state{adapter=\"one\",state=\"two\"} 3"));
  CHECK(has_line(text, "weir_session_throttled_seconds_total 1.5"));
  CHECK(has_line(text, "# TYPE weir_session_delivery_age_seconds histogram"));
  CHECK(has_line(text, "weir_session_delivery_age_seconds_bucket{le=\"0.5\"} 1"));
  CHECK(has_line(text, "weir_session_delivery_age_seconds_bucket{le=\"2\"} 3"));
  CHECK(has_line(text, "weir_session_delivery_age_seconds_bucket{le=\"+Inf\"} 6"));
  CHECK(has_line(text, "weir_session_delivery_age_seconds_sum 9"));
  CHECK(has_line(text, "weir_session_delivery_age_seconds_count 6"));
}

TEST_CASE("promtool has nothing against it, full or empty") {
  CHECK(promtool_check(to_prometheus_text(full_snapshot())) == 0);
  CHECK(promtool_check(to_prometheus_text({})) == 0);
}

TEST_CASE("promtool would say so if there were") {
  CHECK(promtool_check("# TYPE weir_bad_total gauge\nweir_bad_total 1\n", ">/dev/null 2>&1") != 0);
}

TEST_CASE("large counters keep every digit") {
  MetricsSnapshot snapshot;
  snapshot.net_sent_bytes = 9'007'199'254'740'991;  // 2^53 - 1
  const auto text = to_prometheus_text(snapshot);
  CHECK(has_line(text, "weir_net_sent_bytes_total 9007199254740991"));
}

TEST_CASE("bounds of buckets are written as people write them") {
  MetricsSnapshot snapshot;
  snapshot.loop_lag_s = Histogram(metrics::loop_lag_bounds_s);
  const auto text = to_prometheus_text(snapshot);
  const auto begin = text.find("weir_shard_loop_lag_seconds_bucket");
  CHECK(text.substr(begin, text.find("_sum", begin) - begin).find("00000") == std::string::npos);
}

}  // namespace weir::gateway::app
