#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::protocol {

/// What a topic name may be. Part of the protocol, so not configurable.
inline constexpr std::size_t topic_bytes_max = 255;
inline constexpr std::size_t topic_levels_max = 16;
/// Offsets must survive a JavaScript number.
inline constexpr std::uint64_t offset_max = (std::uint64_t{1} << 53U) - 1;
/// A publisher's own message id.
inline constexpr std::size_t mid_bytes_max = 64;
inline constexpr std::size_t table_rows_max = 100'000;
/// Nesting of a JSON payload or request.
inline constexpr std::size_t json_depth_max = 32;
/// Fields of a record, or of one row of a table.
inline constexpr std::size_t record_fields_max = 256;
/// Field names in one subscription's `fields`.
inline constexpr std::size_t fields_max = 64;

/// Everything that a peer can make the gateway hold or do, with its default. The names are the keys
/// of `[limits]` in the config; 0 never means unlimited here. Each is tested at the limit and one
/// past it.
struct Limits {
  std::size_t connections = 50'000;      ///< at most 0.8 x NOFILE
  std::size_t connections_per_ip = 100;  ///< concurrent
  bool loopback_exempt = true;           ///< connections_per_ip does not count 127.0.0.0/8 and ::1
  std::size_t sessions_per_identity = 20;    ///< of one subject, over all shards
  std::int64_t handshake_ms = 5000;          ///< from accept to the end of the upgrade
  std::size_t header_bytes = 8 * 1024;       ///< of the HTTP request
  std::size_t body_bytes = 64 * 1024;        ///< of the HTTP request
  std::size_t publish_batch = 100;           ///< objects in one POST to /v1/publish
  std::size_t snapshot_bytes = 1024 * 1024;  ///< of a state that is read over HTTP
  std::size_t message_bytes = 64 * 1024;     ///< inbound WebSocket message, after inflation
  std::size_t wire_bytes =
      132 * 1024;  ///< bytes on the wire per inbound message, control and empty frames too
  std::int64_t assembly_ms = 10'000;      ///< from the first byte of a message to its last
  std::size_t control_frames_per_s = 20;  ///< pings and pongs from a client
  std::size_t control_frames_burst = 40;
  std::int64_t write_progress_ms = 10'000;  ///< a socket with bytes to send that takes none
  std::int64_t heartbeat_ms = 15'000;  ///< default of a session; a client may ask for 1000..60000
  std::size_t subscriptions = 256;     ///< per session
  std::size_t cells = 10'000;          ///< per session
  std::size_t publishes_per_s = 50;    ///< per session
  std::size_t publishes_burst = 100;
  std::size_t topics = 1'000'000;
  std::size_t entry_bytes = 256 * 1024;                ///< payload of one entry
  std::size_t feed_line_bytes = 1024 * 1024;           ///< one line of the TCP feed
  std::size_t retained_bytes = std::size_t{1} << 30U;  ///< rings and state of all topics
  std::size_t in_flight_bytes = 64 * 1024;             ///< of one gather write
  std::size_t unsent_reply_bytes =
      64 * 1024;                    ///< a client with more unsent replies is not read from
  std::size_t replays = 16;         ///< open at once: sources asked for what rings have dropped
  std::int64_t replay_ms = 10'000;  ///< a source that brings nothing for so long has failed
  std::int64_t drain_ms = 30'000;
};

}  // namespace weir::protocol
