#include "gateway/app/shard_metrics.hpp"

namespace weir::gateway::app {
namespace {

metrics::Histogram to_histogram(const session::TimeHistogram& from) {
  return {session::TimeHistogram::bounds_s, from.counts, from.sum_s};
}

}  // namespace

void fill(metrics::MetricsSnapshot& snapshot, const session::HubStats& stats) {
  const auto& sessions = stats.sessions;
  snapshot.sessions_open += sessions.sessions;
  snapshot.sessions_opened += sessions.sessions_total;
  snapshot.session_limits.add({"sessions_per_identity"}, sessions.identity_full_total);
  snapshot.subscriptions += sessions.subscriptions;
  snapshot.cells += sessions.cells;
  snapshot.deliveries += sessions.deliveries_total;
  snapshot.delivery_bytes += sessions.delivery_bytes_total;
  snapshot.conflated_entries += sessions.conflated_total;
  snapshot.gaps += sessions.gaps_total;
  snapshot.lost_entries += sessions.lost_total;
  snapshot.bad_requests += sessions.bad_requests_total;
  snapshot.refused_requests += sessions.refused_total;
  snapshot.client_publishes += sessions.client_publishes_total;
  snapshot.http_limits.add({"publish_batch"}, sessions.oversized_batches_total);
  snapshot.http_limits.add({"snapshot_bytes"}, sessions.oversized_snapshots_total);
  snapshot.throttled_s += sessions.throttled_s;
  snapshot.delivery_age_s += to_histogram(sessions.age);
  snapshot.round_trip_s += to_histogram(sessions.round_trip);
  snapshot.encoded_frames += sessions.frames_encoded_total;
  snapshot.compressible_bytes += sessions.compressible_bytes_total;
  snapshot.compressed_bytes += sessions.compressed_bytes_total;
  snapshot.frame_cache_hits += sessions.frames_shared_total;

  snapshot.topics += stats.owned_topics;
  snapshot.retained_bytes += stats.retained_bytes;
  snapshot.published_entries += stats.topics.entries_published;
  snapshot.refused_entries += stats.topics.entries_refused;
  snapshot.duplicate_entries += stats.topics.duplicates;
  snapshot.shrunk_rings += stats.topics.rings_shrunk;

  snapshot.replays_open += stats.replays.open;
  snapshot.replays_waiting += stats.replays.waiting;
  snapshot.replays_started += stats.replays.started;
  snapshot.replayed_entries += stats.replays.entries;
  snapshot.replays_failed += stats.replays.failed;
}

}  // namespace weir::gateway::app
