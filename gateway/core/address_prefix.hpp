#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weir::gateway {

/// The bytes of an IP address; an IPv4 one as IPv6 maps it, ::ffff:192.0.2.1, so that either way
/// to write it is the same address.
using IpBytes = std::array<std::uint8_t, 16>;

/// Reads "192.0.2.1" or "2001:db8::1"; no names, no brackets, no port.
[[nodiscard]] std::optional<IpBytes> read_ip(std::string_view text);

/// IP addresses that begin alike, such as 10.0.0.0/8; one address is its longest prefix.
class AddressPrefix {
public:
  /// Reads "192.0.2.1", "10.0.0.0/8", "::1" or "2001:db8::/32". nullopt: it is none, or it has bits
  /// behind its length, which is nearly always a slip.
  [[nodiscard]] static std::optional<AddressPrefix> read(std::string_view text);

  [[nodiscard]] bool contains(const IpBytes& address) const;
  friend bool operator==(const AddressPrefix&, const AddressPrefix&) = default;

private:
  IpBytes bytes_{};
  std::size_t bits_ = 0;  ///< of IpBytes
};

/// Whether one of the prefixes has the address; what is no address is in none.
[[nodiscard]] bool contains(std::span<const AddressPrefix> prefixes, std::string_view address);

}  // namespace weir::gateway
