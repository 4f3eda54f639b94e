#include "gateway/net/handshake.hpp"

#include "gateway/http/cross_origin.hpp"
#include "protocol/websocket/header_list.hpp"

#include <algorithm>

namespace weir::gateway::net {
namespace {

namespace websocket = protocol::websocket;

Refused refuse(Refusal refusal, unsigned status, std::string_view text) {
  return {.refusal = refusal, .response = http::text_response(status, text)};
}

Refused refuse(const websocket::UpgradeRefusal& refusal) {
  auto refused = refuse(Refusal::bad_request, refusal.status, refusal.text);
  if (refusal.status == 405) {
    refused.refusal = Refusal::method;
    refused.response.headers.push_back({"Allow", "GET"});
  } else if (refusal.status == 426) {
    refused.refusal = Refusal::upgrade;
    refused.response.headers.push_back({"Upgrade", "websocket"});
    refused.response.headers.push_back(
        {"Sec-WebSocket-Version", std::string(websocket::websocket_version)});
  }
  return refused;
}

http::Response switching_protocols(const websocket::UpgradeAnswer& answer) {
  http::Response response{.status = 101};
  response.headers = {
      {"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", answer.accept}};
  if (!answer.subprotocol.empty()) {
    response.headers.push_back({"Sec-WebSocket-Protocol", std::string(answer.subprotocol)});
  }
  if (!answer.extensions.empty()) {
    response.headers.push_back({"Sec-WebSocket-Extensions", answer.extensions});
  }
  return response;
}

std::optional<websocket::DeflatePolicy> deflate_of(const Route& route,
                                                   const HandshakePolicy& policy) {
  if (route.deflate || !policy.allows_deflate) return route.deflate;
  return websocket::DeflatePolicy{.server_window_bits_min = websocket::shared_window_bits,
                                  .server_window_bits_max = websocket::shared_window_bits};
}

HandshakeAnswer answer_on(const http::Request& request,
                          const Route& route,
                          const HandshakePolicy& policy) {
  const auto connection = request.joined("Connection");
  const auto upgrade = request.joined("Upgrade");
  const auto key = request.joined("Sec-WebSocket-Key");
  const auto version = request.joined("Sec-WebSocket-Version");
  const auto offered = request.joined("Sec-WebSocket-Protocol");
  const auto extensions = request.joined("Sec-WebSocket-Extensions");
  const std::vector<std::string_view> ours(route.subprotocols.begin(), route.subprotocols.end());
  const auto answer =
      websocket::answer_upgrade({.method = request.method,
                                 .http_version = request.version,
                                 .connection = connection,
                                 .upgrade = upgrade,
                                 .key = key,
                                 .version = version,
                                 .subprotocols = offered,
                                 .extensions = extensions},
                                {.subprotocols = ours, .deflate = deflate_of(route, policy)});
  if (!answer) return refuse(answer.error());
  if (!request.body.empty()) {
    return refuse(Refusal::bad_request, 400, "A WebSocket handshake has no body.");
  }
  if (http::is_foreign(request, policy.origins)) {
    return refuse(Refusal::origin, 403, "Pages of this origin are not allowed here.");
  }
  if (route.requires_subprotocol && answer->subprotocol.empty()) {
    std::string text = "Sec-WebSocket-Protocol must offer one of:";
    for (const auto& each : route.subprotocols) text.append(" ").append(each);
    return refuse(Refusal::subprotocol, 400, text);
  }
  return Upgrade{.route = &route,
                 .subprotocol = answer->subprotocol,
                 .deflate = answer->deflate,
                 .response = switching_protocols(*answer)};
}

}  // namespace

HandshakeAnswer answer_handshake(const http::Request& request,
                                 std::span<const Route> routes,
                                 const HandshakePolicy& policy) {
  const auto route = std::ranges::find(routes, request.path(), &Route::path);
  if (route != routes.end() && route->settings.carrier == Carrier::event_stream) {
    if (request.method == "GET") return Upgrade{.route = &*route};
    return PlainRequest{};
  }
  if (route != routes.end()) return answer_on(request, *route, policy);
  if (websocket::has_element(request.joined("Upgrade"), "websocket")) {
    return refuse(Refusal::not_found, 404, "There is no WebSocket endpoint at this path.");
  }
  return PlainRequest{};
}

}  // namespace weir::gateway::net
