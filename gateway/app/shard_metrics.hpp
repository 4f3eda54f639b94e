#pragma once

#include "gateway/metrics/metrics_snapshot.hpp"
#include "gateway/session/hub.hpp"

namespace weir::gateway::app {

/// Adds what one shard's hub counts: the `session_*` and `topic_*` metrics.
void fill(metrics::MetricsSnapshot& snapshot, const session::HubStats& stats);

}  // namespace weir::gateway::app
