#pragma once

#include "gateway/metrics/metrics_snapshot.hpp"
#include "protocol/core/error.hpp"
#include "protocol/websocket/fault.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir::gateway::net {

/// Why a connection did not become a WebSocket or a served request.
enum class Refusal : std::uint8_t {
  connections,         ///< the limit on all of them
  connections_per_ip,  ///< the limit per address
  handshake_ms,        ///< the request did not come in time
  header_bytes,        ///< too many bytes of headers, or too many headers
  body_bytes,          ///< the body is too big
  bad_request,         ///< not HTTP, or not a proper WebSocket handshake
  method,              ///< a WebSocket that does not begin with GET
  upgrade,             ///< no upgrade, or another version of the protocol
  subprotocol,         ///< none that the endpoint speaks
  origin,              ///< a page of an origin that is not allowed
  not_found,           ///< no endpoint at this path
  endpoint,            ///< the endpoint did not take it
  proxy_header,        ///< no proper PROXY header where one is needed
  untrusted_proxy,     ///< not from a trusted proxy where one is needed
  tls,                 ///< no TLS handshake, or none that both sides agree to
};
inline constexpr std::size_t refusal_count = static_cast<std::size_t>(Refusal::tls) + 1;

/// A limit of the configuration that ended a WebSocket.
enum class LimitHit : std::uint8_t {
  message_bytes,
  wire_bytes,
  fragments,
  assembly_ms,
  control_frames_per_s,
  write_progress_ms,
};
inline constexpr std::size_t limit_count =
    static_cast<std::size_t>(LimitHit::write_progress_ms) + 1;

[[nodiscard]] std::string_view name(Refusal refusal);
[[nodiscard]] std::string_view name(LimitHit limit);

/// What one front end counts: plain numbers of its thread, read by the shard that owns it.
struct Counters {
  static constexpr std::size_t close_reasons =
      static_cast<std::size_t>(protocol::CloseReason::too_many_cells) + 1;
  static constexpr std::size_t faults =
      static_cast<std::size_t>(protocol::websocket::Fault::fragments) + 1;

  std::uint64_t open_http = 0;
  std::uint64_t open_websockets = 0;
  std::uint64_t open_event_streams = 0;
  std::uint64_t accepted = 0;
  std::uint64_t accept_failures = 0;  ///< pauses because the process had no descriptor left
  std::array<std::uint64_t, refusal_count> refused{};
  std::uint64_t handshakes = 0;
  /// By what was said in a close frame; of event streams, by what ended them.
  std::array<std::uint64_t, close_reasons> closes{};
  std::uint64_t abnormal_closes = 0;  ///< without a close frame
  std::uint64_t other_closes = 0;     ///< with a code of the peer's own
  std::array<std::uint64_t, faults> faults_by_kind{};
  std::array<std::uint64_t, limit_count> limits{};
  std::uint64_t received_messages = 0;
  std::uint64_t received_control_frames = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t writes = 0;
  std::uint64_t blocked_writes = 0;
  std::array<std::uint64_t, 5> http_responses{};  ///< 1xx to 5xx

  void count(Refusal refusal) { ++refused[static_cast<std::size_t>(refusal)]; }
  void count(LimitHit limit) { ++limits[static_cast<std::size_t>(limit)]; }
  void count(protocol::websocket::Fault fault);
  void count(protocol::CloseReason reason) { ++closes[static_cast<std::size_t>(reason)]; }
  void count_response(unsigned status);

  /// Adds them to the `net_*` and `http_*` metrics; every label value is there, also with 0.
  void fill(metrics::MetricsSnapshot& snapshot) const;
};

}  // namespace weir::gateway::net
