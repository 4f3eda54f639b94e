#pragma once

#include "protocol/core/result.hpp"
#include "protocol/websocket/deflate_negotiation.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {

inline constexpr std::string_view websocket_version = "13";
inline constexpr std::size_t subprotocols_max = 8;          ///< offered by one client
inline constexpr std::size_t subprotocol_bytes_max = 4096;  ///< each; one may hold a token

/// What the opening handshake needs to know of an HTTP request. Views into the request: header
/// values without the blanks around them, empty when absent. A header that came more than once is
/// joined with ", " in order - all of them, so that a second Sec-WebSocket-Key is seen and refused.
struct UpgradeRequest {
  std::string_view method{};        ///< "GET"
  unsigned http_version = 11;       ///< 10 x major + minor
  std::string_view connection{};    ///< Connection
  std::string_view upgrade{};       ///< Upgrade
  std::string_view key{};           ///< Sec-WebSocket-Key
  std::string_view version{};       ///< Sec-WebSocket-Version
  std::string_view subprotocols{};  ///< Sec-WebSocket-Protocol
  std::string_view extensions{};    ///< Sec-WebSocket-Extensions
};

/// What an endpoint offers to those who come.
struct UpgradePolicy {
  std::span<const std::string_view> subprotocols{};  ///< ours, the one we like best first
  std::optional<DeflatePolicy> deflate{};            ///< none: no compression
};

/// The fields of the 101 response.
struct UpgradeAnswer {
  std::string accept{};            ///< Sec-WebSocket-Accept
  std::string_view subprotocol{};  ///< one of the policy's; empty: send no header. Whether an
                                   ///< endpoint can do without one is its own matter
  std::string extensions{};        ///< Sec-WebSocket-Extensions; empty: send no header
  std::optional<DeflateParameters> deflate{};  ///< for the MessageAssembler and the Deflater
};

/// Why there is no upgrade. With 426 go `Upgrade: websocket` and `Sec-WebSocket-Version: 13`.
struct UpgradeRefusal {
  unsigned status = 400;    ///< of the HTTP response
  std::string_view text{};  ///< one sentence for a person
};

/// The server's side of the opening handshake; origin, rights and routes are checked elsewhere.
/// Errors: 405 - the method is not GET; 426 - no upgrade to "websocket", or another version; 400 -
///         HTTP before 1.1, a bad key, a malformed list, or more than `subprotocols_max`,
///         `subprotocol_bytes_max`, `extensions_max` or `extension_parameters_max`.
/// Source: RFC 6455, 4.2.
[[nodiscard]] Result<UpgradeAnswer, UpgradeRefusal> answer_upgrade(const UpgradeRequest& request,
                                                                   const UpgradePolicy& policy);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key. Source: RFC 6455, 4.2.2 (5.4).
[[nodiscard]] std::string accept_key(std::string_view key);

}  // namespace weir::protocol::websocket
