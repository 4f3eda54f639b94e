#pragma once

#include "protocol/core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::net {

/// The most that a header of version 1 has, with its line end. Source: 2.1.
inline constexpr std::size_t proxy_v1_bytes_max = 107;
/// The most that we take after the first 16 bytes of version 2: addresses, and what proxies add
/// about TLS and themselves.
inline constexpr std::size_t proxy_v2_bytes_max = 1024;
/// The most that any header has.
inline constexpr std::size_t proxy_header_bytes_max = 16 + proxy_v2_bytes_max;

/// What stands before the first byte of a connection that comes through a proxy.
struct ProxyHeader {
  std::size_t bytes = 0;  ///< of the header; what follows is the client's
  /// IP address of the client, without the port. Empty: the proxy speaks for itself (LOCAL), or
  /// does not know (UNKNOWN, UNSPEC, an address that is no IP address).
  std::string client{};
  friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

/// Reads the header of the PROXY protocol, version 1 or 2, at the front of `bytes`.
/// Shape:  nullopt where `bytes` ends before the header does: come again with more of them.
/// Errors: what is wrong with it, as soon as that is certain, for a log line.
/// Source: The PROXY protocol, versions 1 & 2 (haproxy.org/download/3.0/doc/proxy-protocol.txt).
[[nodiscard]] protocol::Result<std::optional<ProxyHeader>, std::string_view> read_proxy_header(
    std::string_view bytes);

}  // namespace weir::gateway::net
