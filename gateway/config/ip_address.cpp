#include "gateway/config/ip_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace weir::gateway::config {

bool IpAddress::is_loopback() const {
  static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) return bytes[12] == 127;
  return bytes.back() == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; });
}

bool IpAddress::is_any() const {
  const auto own = std::span(bytes).subspan(family == Family::v4 ? 12 : 0);
  return std::ranges::all_of(own, [](auto byte) { return byte == 0; });
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  const auto bytes = read_ip(text);
  if (!bytes) return std::nullopt;
  const bool is_v6 = text.find(':') != std::string_view::npos;
  return IpAddress{is_v6 ? IpAddress::Family::v6 : IpAddress::Family::v4, *bytes};
}

std::optional<BindAddress> parse_bind_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);

  const auto address = parse_ip_address(host);
  if (!address || has_brackets != (address->family == IpAddress::Family::v6)) return std::nullopt;
  BindAddress bind{*address, 0};
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bind.port);
  const bool is_whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
  if (digits.empty() || !is_whole) return std::nullopt;
  return bind;
}

bool overlap(const BindAddress& a, const BindAddress& b) {
  if (a.port != b.port || a.port == 0) return false;
  if (a.address.family != b.address.family) return false;  // IPv6 listeners do not take IPv4
  return a.address == b.address || a.address.is_any() || b.address.is_any();
}

}  // namespace weir::gateway::config
