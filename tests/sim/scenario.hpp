#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "tests/support/random.hpp"

#include <cstdint>

namespace weir::tests::sim {

/// What one run is made of. Each seed switches some of it on, so that faults meet in many
/// combinations, and simple runs stay simple.
struct Scenario {
  std::uint64_t seed = 0;
  gateway::ShardIndex shards = 1;
  std::size_t clients = 4;
  gateway::Duration length = std::chrono::seconds(6);
  gateway::Duration publish_every{};  ///< on average
  gateway::Duration door_delay_max{};
  std::size_t door_capacity = 64;
  std::uint64_t ring_entries = 8;
  std::uint64_t table_rows = 8;
  bool has_parts = false;    ///< records and tables
  bool has_fields = false;   ///< subscriptions choose some
  bool has_misfits = false;  ///< publishes that do not fit their topic's kind
  bool has_patches = false;  ///< of values
  bool has_priorities = false;
  bool has_churn = false;   ///< more names than a gateway remembers
  bool has_limits = false;  ///< bytes, messages
  bool has_windows = false;
  bool has_rates = false;  ///< max_rate
  bool has_max_delay = false;
  bool has_slow_links = false;
  bool has_stalls = false;
  bool has_reconnects = false;
  bool has_resets = false;  ///< new epochs
  bool has_source_gaps = false;
  bool has_stale = false;
  bool has_large_entries = false;
  bool has_late_topics = false;  ///< topics that are born in the middle
  bool has_client_publishes = false;
  bool has_silent_clients = false;  ///< some send nothing, and are closed
  bool has_close_policy = false;    ///< on_overflow = close
  bool has_operator = false;        ///< ceilings, and changes of them
  bool has_flood = false;           ///< far more than the links carry, of several priorities

  static Scenario from_seed(std::uint64_t seed, gateway::ShardIndex shards) {
    Random random(seed * 8 + shards);
    const auto maybe = [&] { return random.once_in(2); };
    Scenario scenario;
    scenario.seed = seed;
    scenario.shards = shards;
    scenario.clients = 2 + random.below(4);
    scenario.publish_every = std::chrono::microseconds(500 + random.below(30'000));
    scenario.door_delay_max = std::chrono::milliseconds(1 + random.below(maybe() ? 5 : 300));
    scenario.door_capacity = maybe() ? 64 : 1 + random.below(4);
    scenario.ring_entries = 1 + random.below(maybe() ? 8 : 64);
    scenario.table_rows = 1 + random.below(maybe() ? 8 : 80);
    scenario.has_parts = !random.once_in(4);
    scenario.has_churn = scenario.has_parts && random.once_in(8);
    for (bool Scenario::* part : {&Scenario::has_limits,
                                  &Scenario::has_windows,
                                  &Scenario::has_rates,
                                  &Scenario::has_max_delay,
                                  &Scenario::has_slow_links,
                                  &Scenario::has_stalls,
                                  &Scenario::has_reconnects,
                                  &Scenario::has_resets,
                                  &Scenario::has_source_gaps,
                                  &Scenario::has_stale,
                                  &Scenario::has_large_entries,
                                  &Scenario::has_late_topics,
                                  &Scenario::has_client_publishes,
                                  &Scenario::has_silent_clients,
                                  &Scenario::has_close_policy,
                                  &Scenario::has_fields,
                                  &Scenario::has_patches,
                                  &Scenario::has_priorities,
                                  &Scenario::has_misfits,
                                  &Scenario::has_operator}) {
      scenario.*part = maybe();
    }
    if (random.once_in(12)) scenario.flood();
    return scenario;
  }

private:
  void flood() {
    has_flood = has_priorities = has_slow_links = true;
    has_reconnects = has_windows = false;
    publish_every = std::chrono::milliseconds(1);
  }
};

}  // namespace weir::tests::sim
