#pragma once

#include "protocol/websocket/deflate.hpp"
#include "protocol/websocket/extension_list.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace weir::protocol::websocket {

inline constexpr std::string_view deflate_extension = "permessage-deflate";
inline constexpr std::uint8_t window_bits_min = 8;   ///< 256 bytes
inline constexpr std::uint8_t window_bits_max = 15;  ///< 32 KiB

/// What a server accepts. The defaults are those of `/ws`: no memory between messages, and one
/// compressed message for all clients.
struct DeflatePolicy {
  ContextTakeover server_takeover = ContextTakeover::no;  ///< `no` is told the client
  ContextTakeover client_takeover = ContextTakeover::no;  ///< `no` is asked of the client
  /// What our compressor can do; an offer whose limit is below the minimum is declined. Equal for a
  /// compressor that many clients share.
  std::uint8_t server_window_bits_min = window_bits_min;
  std::uint8_t server_window_bits_max = window_bits_max;
};

/// What was agreed, and how the header says so.
struct DeflateAgreement {
  DeflateParameters parameters{};
  std::string header{};  ///< element of the response's Sec-WebSocket-Extensions
};

/// Accepts the first permessage-deflate offer that the policy allows. An offer with an unknown,
/// repeated or invalid parameter is declined, and the next one is looked at.
/// Shape:  nullopt: no offer fits, go on without compression.
/// Source: RFC 7692, 5 and 7.1.
[[nodiscard]] std::optional<DeflateAgreement> accept_deflate(std::span<const Extension> offers,
                                                             const DeflatePolicy& policy);

/// What a client offers.
struct DeflateOffer {
  ContextTakeover server_takeover = ContextTakeover::no;  ///< `no` is asked of the server
  ContextTakeover client_takeover = ContextTakeover::no;  ///< `no`: we reset in any case
  std::uint8_t server_window_bits_max = window_bits_max;  ///< sent when below 15
};

/// The element of the request's Sec-WebSocket-Extensions.
[[nodiscard]] std::string to_header(const DeflateOffer& offer);

/// Checks a server's answer to the offer. nullopt: it does not fit, the connection must be failed.
/// Source: RFC 7692, 5.1 and 7.1.
[[nodiscard]] std::optional<DeflateParameters> check_deflate_answer(const Extension& answer,
                                                                    const DeflateOffer& offer);

}  // namespace weir::protocol::websocket
