#pragma once

#include "gateway/metrics/metrics_snapshot.hpp"

#include <string>
#include <string_view>

namespace weir::gateway::app {

/// What to answer a scrape with.
inline constexpr std::string_view prometheus_content_type =
    "text/plain; version=0.0.4; charset=utf-8";

/// All metrics in Prometheus' text format.
/// Source: prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4.
[[nodiscard]] std::string to_prometheus_text(const metrics::MetricsSnapshot& snapshot);

}  // namespace weir::gateway::app
