#include "gateway/net/counters.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>

namespace weir::gateway::net {
namespace {

using protocol::websocket::Fault;

constexpr std::array<std::string_view, refusal_count> refusal_names{"connections",
                                                                    "connections_per_ip",
                                                                    "handshake_ms",
                                                                    "header_bytes",
                                                                    "body_bytes",
                                                                    "bad_request",
                                                                    "method",
                                                                    "upgrade",
                                                                    "subprotocol",
                                                                    "origin",
                                                                    "not_found",
                                                                    "endpoint",
                                                                    "proxy_header",
                                                                    "untrusted_proxy",
                                                                    "tls"};

constexpr std::array<std::string_view, limit_count> limit_names{"message_bytes",
                                                                "wire_bytes",
                                                                "fragments",
                                                                "assembly_ms",
                                                                "control_frames_per_s",
                                                                "write_progress_ms"};

std::optional<LimitHit> limit_of(Fault fault) {
  if (fault == Fault::message_too_big) return LimitHit::message_bytes;
  if (fault == Fault::wire_bytes) return LimitHit::wire_bytes;
  if (fault == Fault::fragments) return LimitHit::fragments;
  return std::nullopt;
}

}  // namespace

std::string_view name(Refusal refusal) {
  return refusal_names[static_cast<std::size_t>(refusal)];
}

std::string_view name(LimitHit limit) {
  return limit_names[static_cast<std::size_t>(limit)];
}

void Counters::count(Fault fault) {
  ++faults_by_kind[static_cast<std::size_t>(fault)];
  if (const auto limit = limit_of(fault)) count(*limit);
}

void Counters::count_response(unsigned status) {
  assert(status >= 100 && status < 600);
  ++http_responses[status / 100 - 1];
}

void Counters::fill(metrics::MetricsSnapshot& snapshot) const {
  snapshot.net_connections.add({"http"}, open_http);
  snapshot.net_connections.add({"websocket"}, open_websockets);
  snapshot.net_connections.add({"event_stream"}, open_event_streams);
  snapshot.net_accepted += accepted;
  snapshot.net_accept_pauses += accept_failures;
  for (std::size_t i = 0; i < refused.size(); ++i) {
    snapshot.net_refused.add({refusal_names[i]}, refused[i]);
  }
  snapshot.net_handshakes += handshakes;
  for (const auto& row : protocol::close_table()) {
    snapshot.net_closes.add({row.name}, closes[static_cast<std::size_t>(row.reason)]);
  }
  snapshot.net_closes.add({"abnormal"}, abnormal_closes);
  snapshot.net_closes.add({"other"}, other_closes);
  for (const auto& row : protocol::websocket::fault_table()) {
    snapshot.net_faults.add({row.name}, faults_by_kind[static_cast<std::size_t>(row.fault)]);
  }
  for (std::size_t i = 0; i < limits.size(); ++i) {
    snapshot.net_limits.add({limit_names[i]}, limits[i]);
  }
  snapshot.net_received_messages += received_messages;
  snapshot.net_received_control_frames += received_control_frames;
  snapshot.net_received_bytes += received_bytes;
  snapshot.net_sent_bytes += sent_bytes;
  snapshot.net_writes += writes;
  snapshot.net_blocked_writes += blocked_writes;
  for (std::size_t i = 0; i < http_responses.size(); ++i) {
    snapshot.http_responses.add({std::to_string(i + 1) + "xx"}, http_responses[i]);
  }
}

}  // namespace weir::gateway::net
