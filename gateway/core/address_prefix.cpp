#include "gateway/core/address_prefix.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <string>

namespace weir::gateway {
namespace {

constexpr std::size_t mapped_bytes = 12;  ///< in front of an IPv4 address
constexpr std::size_t ip_bits = 128;
constexpr std::size_t ipv4_bits = 32;

/// The bits of byte `index` that belong to a prefix of `bits`.
std::uint8_t mask_of(std::size_t index, std::size_t bits) {
  const auto before = index * 8;
  if (bits >= before + 8) return 0xFF;
  if (bits <= before) return 0;
  return static_cast<std::uint8_t>(0xFF00U >> (bits - before));
}

}  // namespace

std::optional<IpBytes> read_ip(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  IpBytes bytes{};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
  bytes = {};
  bytes[mapped_bytes - 2] = bytes[mapped_bytes - 1] = 0xFF;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data() + mapped_bytes) == 1) return bytes;
  return std::nullopt;
}

std::optional<AddressPrefix> AddressPrefix::read(std::string_view text) {
  const auto slash = text.find('/');
  const auto host = text.substr(0, slash);
  const auto bytes = read_ip(host);
  if (!bytes) return std::nullopt;
  AddressPrefix prefix;
  prefix.bytes_ = *bytes;
  prefix.bits_ = ip_bits;
  if (slash == std::string_view::npos) return prefix;

  const auto digits = text.substr(slash + 1);
  const bool is_v4 = host.find(':') == std::string_view::npos;
  std::size_t bits = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool is_number = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
  if (digits.empty() || !is_number || bits > (is_v4 ? ipv4_bits : ip_bits)) return std::nullopt;
  prefix.bits_ = is_v4 ? bits + (ip_bits - ipv4_bits) : bits;
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    if ((prefix.bytes_[i] & ~mask_of(i, prefix.bits_)) != 0) return std::nullopt;
  }
  return prefix;
}

bool AddressPrefix::contains(const IpBytes& address) const {
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if ((address[i] & mask_of(i, bits_)) != bytes_[i]) return false;
  }
  return true;
}

bool contains(std::span<const AddressPrefix> prefixes, std::string_view address) {
  if (prefixes.empty()) return false;
  const auto bytes = read_ip(address);
  return bytes && std::ranges::any_of(prefixes, [&](const AddressPrefix& prefix) {
           return prefix.contains(*bytes);
         });
}

}  // namespace weir::gateway
