#include "gateway/app/prometheus_exporter.hpp"

#include "gateway/metrics/metric_table.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cassert>
#include <limits>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

using metrics::Histogram;
using metrics::LabelledCounts;
using metrics::MetricInfo;
using metrics::MetricType;
using prometheus::ClientMetric;

prometheus::MetricType convert(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

ClientMetric convert_number(MetricType type, double value) {
  ClientMetric metric;
  if (type == MetricType::counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return metric;
}

ClientMetric convert_histogram(const Histogram& from) {
  ClientMetric metric;
  auto& to = metric.histogram;
  to.sample_sum = from.sum();
  for (std::size_t i = 0; i < from.counts().size(); ++i) {
    to.sample_count += from.counts()[i];
    const bool is_last = i == from.bounds().size();
    const auto bound = is_last ? std::numeric_limits<double>::infinity() : from.bounds()[i];
    to.bucket.push_back({to.sample_count, bound});
  }
  return metric;
}

/// Turns the value of one metric, whatever it is, into the series of its family.
struct Convert {
  const MetricInfo& info;

  std::vector<ClientMetric> operator()(double value) const {
    return {convert_number(info.type, value)};
  }
  std::vector<ClientMetric> operator()(std::uint64_t value) const {
    return {convert_number(info.type, static_cast<double>(value))};
  }
  std::vector<ClientMetric> operator()(const Histogram& value) const {
    return {convert_histogram(value)};
  }
  std::vector<ClientMetric> operator()(const LabelledCounts& value) const {
    std::vector<ClientMetric> out;
    for (const auto& [values, count] : value.counts()) {
      assert(values.size() == info.labels().size());
      auto metric = convert_number(info.type, static_cast<double>(count));
      for (std::size_t i = 0; i < values.size(); ++i) {
        metric.label.push_back({std::string(info.labels()[i]), values[i]});
      }
      out.push_back(std::move(metric));
    }
    return out;
  }
};

}  // namespace

std::string to_prometheus_text(const metrics::MetricsSnapshot& snapshot) {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& info : metrics::metric_table()) {
    auto series =
        std::visit([&](auto member) { return Convert{info}(snapshot.*member); }, info.value);
    families.push_back(
        {std::string(info.name), std::string(info.help), convert(info.type), std::move(series)});
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace weir::gateway::app
