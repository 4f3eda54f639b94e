#include "gateway/app/shard_metrics.hpp"

#include "gateway/metrics/metric_table.hpp"

#include <doctest/doctest.h>

#include <set>

namespace weir::gateway::app {
namespace {

/// Every counter of a hub with another value.
session::HubStats distinct_stats() {
  session::HubStats stats;
  auto& s = stats.sessions;
  std::uint64_t next = 0;
  for (auto* counter : {&s.sessions,
                        &s.subscriptions,
                        &s.cells,
                        &s.sessions_total,
                        &s.identity_full_total,
                        &s.deliveries_total,
                        &s.delivery_bytes_total,
                        &s.conflated_total,
                        &s.gaps_total,
                        &s.lost_total,
                        &s.bad_requests_total,
                        &s.refused_total,
                        &s.client_publishes_total,
                        &s.oversized_batches_total,
                        &s.oversized_snapshots_total,
                        &s.frames_encoded_total,
                        &s.frames_shared_total,
                        &s.compressible_bytes_total,
                        &s.compressed_bytes_total,
                        &stats.topics.entries_published,
                        &stats.topics.entries_refused,
                        &stats.topics.duplicates,
                        &stats.topics.rings_shrunk,
                        &stats.replays.open,
                        &stats.replays.waiting,
                        &stats.replays.started,
                        &stats.replays.entries,
                        &stats.replays.failed}) {
    *counter = ++next;
  }
  s.throttled_s = static_cast<double>(++next);
  stats.owned_topics = ++next;
  stats.retained_bytes = ++next;
  s.age.observe(std::chrono::milliseconds(3), 7);
  s.round_trip.observe(std::chrono::milliseconds(3), 5);
  return stats;
}

}  // namespace

TEST_CASE("every session, topic and replay metric is filled, each from a counter of its own") {
  metrics::MetricsSnapshot snapshot;
  fill(snapshot, distinct_stats());
  std::set<std::uint64_t> seen;
  for (const auto& info : metrics::metric_table()) {
    const bool is_filled = info.name.starts_with("weir_session_") ||
                           info.name.starts_with("weir_topic_") ||
                           info.name.starts_with("weir_replay_");
    if (!is_filled) continue;
    CAPTURE(info.name);
    if (const auto* member = std::get_if<std::uint64_t metrics::MetricsSnapshot::*>(&info.value)) {
      CHECK(snapshot.**member > 0);
      CHECK(seen.insert(snapshot.**member).second);
    }
  }
  CHECK(seen.size() == 27);
  CHECK(snapshot.throttled_s == 29);
  CHECK(snapshot.delivery_age_s.count() == 7);
  CHECK(snapshot.round_trip_s.count() == 5);
}

TEST_CASE("two shards add up") {
  metrics::MetricsSnapshot snapshot;
  fill(snapshot, distinct_stats());
  fill(snapshot, distinct_stats());
  CHECK(snapshot.sessions_open == 2);
  CHECK(snapshot.delivery_age_s.count() == 14);
}

}  // namespace weir::gateway::app
