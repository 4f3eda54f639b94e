#pragma once

#include "gateway/core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::gateway::session {

/// How long something took: counts per bucket, the last one is "longer".
struct TimeHistogram {
  static constexpr std::array<double, 14> bounds_s{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60};

  std::array<std::uint64_t, bounds_s.size() + 1> counts{};
  double sum_s = 0;

  void observe(Duration time, std::uint64_t times);
};

/// What became of the entries for one session since it began; `SessionCounters` sums it up.
struct SessionTally {
  std::uint64_t deliveries = 0;
  std::uint64_t delivery_bytes = 0;
  std::uint64_t conflated = 0;
  std::uint64_t gaps = 0;
  std::uint64_t lost = 0;
  double throttled_s = 0;
};

/// What the sessions of one shard did. Plain integers: one shard writes them, a scrape copies them.
struct SessionCounters {
  std::uint64_t sessions = 0;       ///< open now
  std::uint64_t subscriptions = 0;  ///< held now
  std::uint64_t cells = 0;          ///< held now
  std::uint64_t sessions_total = 0;
  std::uint64_t identity_full_total = 0;  ///< sessions of identities that had as many as they may
  std::uint64_t deliveries_total = 0;
  std::uint64_t delivery_bytes_total = 0;  ///< frames of deliveries
  std::uint64_t conflated_total = 0;       ///< entries that a newer one took the place of
  std::uint64_t gaps_total = 0;
  std::uint64_t lost_total = 0;  ///< entries inside gaps, where known
  std::uint64_t bad_requests_total = 0;
  std::uint64_t refused_total = 0;  ///< requests answered with an error
  std::uint64_t client_publishes_total = 0;
  std::uint64_t oversized_batches_total = 0;    ///< over HTTP: more publishes than publish_batch
  std::uint64_t oversized_snapshots_total = 0;  ///< over HTTP: a state of more than snapshot_bytes
  std::uint64_t frames_encoded_total = 0;
  std::uint64_t frames_shared_total = 0;       ///< pulls that found their frame finished
  std::uint64_t compressible_bytes_total = 0;  ///< payloads that were compressed, before that
  std::uint64_t compressed_bytes_total = 0;    ///< and after it
  double throttled_s = 0;    ///< time in which a limit held deliveries back, summed over sessions
  TimeHistogram age;         ///< of deliveries when they were handed to the socket
  TimeHistogram round_trip;  ///< of pings
};

}  // namespace weir::gateway::session
