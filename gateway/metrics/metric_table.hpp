#pragma once

#include "gateway/metrics/metrics_snapshot.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace weir::gateway::metrics {

enum class MetricType : std::uint8_t { counter, gauge, histogram };

/// One metric: where its value is, and what a scrape says of it.
struct MetricInfo {
  std::string_view name;  ///< weir_<area>_<noun>_<unit>, counters with _total behind it
  MetricType type = MetricType::counter;
  std::array<std::string_view, 2> label_names;  ///< those that it has come first
  std::string_view help;                        ///< one sentence
  std::variant<std::uint64_t MetricsSnapshot::*,
               double MetricsSnapshot::*,
               LabelledCounts MetricsSnapshot::*,
               Histogram MetricsSnapshot::*>
      value;

  [[nodiscard]] std::span<const std::string_view> labels() const;
};

/// All metrics, in the order of the documentation.
[[nodiscard]] std::span<const MetricInfo> metric_table();

[[nodiscard]] std::string_view name(MetricType type);

}  // namespace weir::gateway::metrics
