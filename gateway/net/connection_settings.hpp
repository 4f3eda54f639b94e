#pragma once

#include "gateway/core/time.hpp"
#include "protocol/core/limits.hpp"
#include "protocol/websocket/message_assembler.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::gateway::net {

/// What carries the bytes of an endpoint.
enum class Carrier : std::uint8_t {
  websocket,
  event_stream,  ///< one HTTP response without an end; nothing comes from the client
};

/// What holds for all connections of one route that have an endpoint. Outlives them.
struct ConnectionSettings {
  Carrier carrier = Carrier::websocket;
  protocol::websocket::MessageLimits messages{};
  Duration assembly{};        ///< from the first byte of a message to its last; 0: no limit
  Duration write_progress{};  ///< a socket with bytes to take that takes none
  /// Pings and pongs: one per interval on average, at most `control_burst` at once; 0: no limit.
  Duration control_interval{};
  std::uint32_t control_burst = 0;
  std::size_t in_flight_bytes = std::size_t{64} * 1024;  ///< of one write
  /// From our wish to close to the end of the connection; what the endpoint still has to say, and
  /// then the peer's answer, may take this long each.
  Duration close_wait = std::chrono::seconds(5);
  /// For the close frame to a peer that does not read, or for the end of a peer that has closed.
  Duration goodbye = std::chrono::seconds(1);
};

/// Those of the gateway's clients.
[[nodiscard]] ConnectionSettings client_settings(const protocol::Limits& limits);
/// Those of clients that take Server-Sent Events.
[[nodiscard]] ConnectionSettings event_stream_settings(const protocol::Limits& limits);
/// Those of `/echo`: its own limits, and none on rates and silence.
[[nodiscard]] ConnectionSettings echo_settings(const protocol::Limits& limits,
                                               std::size_t message_bytes_max);

}  // namespace weir::gateway::net
