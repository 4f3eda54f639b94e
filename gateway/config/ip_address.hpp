#pragma once

#include "gateway/core/address_prefix.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::config {

/// An IPv4 or IPv6 address, as far as a configuration needs to understand it.
struct IpAddress {
  enum class Family : std::uint8_t { v4, v6 };
  Family family = Family::v4;
  IpBytes bytes{};

  [[nodiscard]] bool is_loopback() const;
  /// 0.0.0.0 or ::, every address of this machine in that family.
  [[nodiscard]] bool is_any() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// Reads "127.0.0.1" or "::1"; no names, no brackets, no port.
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text);

/// An address with a port, as a socket is bound to it.
struct BindAddress {
  IpAddress address;
  std::uint16_t port = 0;  ///< 0: any free one
};

/// Reads "127.0.0.1:9100" or "[::1]:9100".
[[nodiscard]] std::optional<BindAddress> parse_bind_address(std::string_view text);

/// Whether the second of two sockets could not be bound because of the first.
[[nodiscard]] bool overlap(const BindAddress& a, const BindAddress& b);

}  // namespace weir::gateway::config
