#pragma once

#include "gateway/metrics/histogram.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::metrics {

/// A count for each combination of label values. Values come from closed sets: enums of the code,
/// and names in the config. A set that is known is filled with zeros, so that rates begin at its
/// first event.
class LabelledCounts {
public:
  using Values = std::vector<std::string>;  ///< in the order of the metric's labels

  void add(std::initializer_list<std::string_view> values, std::uint64_t count);
  LabelledCounts& operator+=(const LabelledCounts& other);

  [[nodiscard]] const std::map<Values, std::uint64_t>& counts() const { return counts_; }

private:
  std::map<Values, std::uint64_t> counts_;
};

/// Everything that `/metrics` tells, at one moment. Each shard fills its part from its plain
/// counters, the parts are added up, and what there is only once is set on the sum. Names, types
/// and texts are in metric_table.hpp, one row per member.
struct MetricsSnapshot {
  // Connections
  LabelledCounts net_connections;  ///< by protocol
  std::uint64_t net_accepted = 0;
  std::uint64_t net_accept_pauses = 0;
  LabelledCounts net_refused;  ///< by reason
  std::uint64_t net_handshakes = 0;
  LabelledCounts net_closes;  ///< by reason
  LabelledCounts net_faults;  ///< by fault
  LabelledCounts net_limits;  ///< by limit
  std::uint64_t net_received_messages = 0;
  std::uint64_t net_received_control_frames = 0;
  std::uint64_t net_received_bytes = 0;
  std::uint64_t net_sent_bytes = 0;
  std::uint64_t net_writes = 0;
  std::uint64_t net_blocked_writes = 0;
  LabelledCounts http_responses;  ///< by class of status
  LabelledCounts http_limits;     ///< by limit

  // Sessions
  std::uint64_t sessions_open = 0;
  std::uint64_t sessions_opened = 0;
  LabelledCounts session_limits;  ///< by limit
  std::uint64_t subscriptions = 0;
  std::uint64_t cells = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t delivery_bytes = 0;
  std::uint64_t conflated_entries = 0;
  std::uint64_t gaps = 0;
  std::uint64_t lost_entries = 0;
  std::uint64_t bad_requests = 0;
  std::uint64_t refused_requests = 0;
  std::uint64_t client_publishes = 0;
  double throttled_s = 0;
  Histogram delivery_age_s;
  Histogram round_trip_s;
  std::uint64_t encoded_frames = 0;
  std::uint64_t frame_cache_hits = 0;
  std::uint64_t compressible_bytes = 0;
  std::uint64_t compressed_bytes = 0;

  // Tokens: set on the sum
  std::uint64_t accepted_tokens = 0;
  LabelledCounts refused_tokens;  ///< by reason

  // Topics
  std::uint64_t topics = 0;
  std::uint64_t retained_bytes = 0;
  std::uint64_t published_entries = 0;
  std::uint64_t refused_entries = 0;
  std::uint64_t duplicate_entries = 0;
  std::uint64_t shrunk_rings = 0;

  // Replays of what rings no longer have
  std::uint64_t replays_open = 0;
  std::uint64_t replays_waiting = 0;
  std::uint64_t replays_started = 0;
  std::uint64_t replayed_entries = 0;
  std::uint64_t replays_failed = 0;

  // Shards
  LabelledCounts door_messages;  ///< by shard, which is to take them
  Histogram loop_lag_s;

  // Adapters, all by adapter: set on the sum
  LabelledCounts adapter_published_entries;
  LabelledCounts adapter_refused_entries;
  LabelledCounts adapter_poison_messages;
  LabelledCounts adapter_state;   ///< by state too; see set_adapter_state
  LabelledCounts adapter_events;  ///< by event too: the adapter's own counters

  // The process: set on the sum
  std::uint64_t dropped_log_lines = 0;
  std::uint64_t suppressed_log_lines = 0;
  LabelledCounts build_info;  ///< by version
  double start_time_s = 0;    ///< since 1970

  MetricsSnapshot& operator+=(const MetricsSnapshot& other);
};

/// Upper bounds of the histogram of a shard's loop lag.
inline constexpr std::array<double, 12> loop_lag_bounds_s{
    0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

inline constexpr std::array<std::string_view, 4> adapter_states{
    "connecting", "up", "down", "reconnecting"};

/// 1 for the state that the adapter is in, 0 for the others.
void set_adapter_state(MetricsSnapshot& snapshot, std::string_view adapter, std::string_view state);

}  // namespace weir::gateway::metrics
