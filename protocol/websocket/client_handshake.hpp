#pragma once

#include "protocol/core/result.hpp"
#include "protocol/websocket/handshake.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {

/// What a client asks a server for. Views live for the call; nothing may hold a CR or LF.
struct ClientRequest {
  std::string_view host{};               ///< with the port, if it is not the default one
  std::string_view target = "/";         ///< path and query
  std::array<std::uint8_t, 16> nonce{};  ///< random, new for every connection
  std::span<const std::string_view> subprotocols{};  ///< the one we like best first
  std::optional<DeflateOffer> deflate{};             ///< none: no compression
  std::string_view origin{};                         ///< empty: no Origin header
};

/// The bytes of the request, to the empty line. Source: RFC 6455, 4.1.
[[nodiscard]] std::string to_http(const ClientRequest& request);

/// What the client needs to know of the response: as UpgradeRequest.
struct ServerResponse {
  unsigned status = 0;
  std::string_view connection{};
  std::string_view upgrade{};
  std::string_view accept{};
  std::string_view subprotocol{};
  std::string_view extensions{};
};

/// What the two sides agreed on.
struct ClientAgreement {
  std::string_view subprotocol{};  ///< one of the request's; empty: none
  std::optional<DeflateParameters> deflate{};
};

/// Checks a server's response.
/// Errors: one sentence that says what does not fit; the connection must then be ended.
/// Source: RFC 6455, 4.1, the client's numbered list at the end.
[[nodiscard]] Result<ClientAgreement, std::string> check_response(const ServerResponse& response,
                                                                  const ClientRequest& request);

}  // namespace weir::protocol::websocket
