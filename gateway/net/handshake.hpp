#pragma once

#include "gateway/http/message.hpp"
#include "gateway/net/connection_settings.hpp"
#include "gateway/net/counters.hpp"
#include "protocol/websocket/handshake.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::gateway::net {

/// An endpoint as the handshake sees it.
struct Route {
  std::string path;
  std::vector<std::string> subprotocols{};  ///< ours, the one we like best first
  bool requires_subprotocol = true;
  std::optional<protocol::websocket::DeflatePolicy> deflate{};  ///< none: no compression
  ConnectionSettings settings{};
  bool is_echo = false;
};

/// The client may have its WebSocket, or its event stream.
struct Upgrade {
  const Route* route = nullptr;
  std::string_view subprotocol{};  ///< one of the route's; empty: none
  std::optional<protocol::websocket::DeflateParameters> deflate{};
  http::Response response{};  ///< 101; not of an event stream, whose endpoint answers by itself
};
/// It may not.
struct Refused {
  Refusal refusal = Refusal::bad_request;
  http::Response response{};
};
/// It asks for something else.
struct PlainRequest {};
using HandshakeAnswer = std::variant<Upgrade, Refused, PlainRequest>;

/// What the listener has to say about it.
struct HandshakePolicy {
  std::span<const std::string> origins{};  ///< as in is_origin_allowed
  /// Whether routes without a policy of their own compress what they send, once for all clients.
  bool allows_deflate = false;
};

/// Decides on a request to a client listener.
[[nodiscard]] HandshakeAnswer answer_handshake(const http::Request& request,
                                               std::span<const Route> routes,
                                               const HandshakePolicy& policy);

}  // namespace weir::gateway::net
