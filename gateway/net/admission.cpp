#include "gateway/net/admission.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cassert>
#include <span>
#include <sys/resource.h>

namespace weir::gateway::net {
namespace {

std::uint64_t big_endian(std::span<const unsigned char> bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes) value = value << 8U | byte;
  return value;
}

/// Above all IPv4 keys: no IPv6 unicast address begins with 32 ones.
constexpr std::uint64_t ipv4_prefix = std::uint64_t{0xFFFFFFFF} << 32U;

/// Multicast: no connection comes from there.
constexpr std::uint64_t behind_proxy_value = std::uint64_t{0xFF} << 56U;

PeerKey ipv4_key(const boost::asio::ip::address_v4& address) {
  return {.value = ipv4_prefix | address.to_uint()};
}

}  // namespace

PeerKey PeerKey::behind_proxy() {
  return {.value = behind_proxy_value};
}

bool PeerKey::is_loopback() const {
  return value == 0 || value >> 24U == (ipv4_prefix >> 24U | 127U);
}

PeerKey peer_key(std::string_view address) {
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(std::string(address), error);
  if (error) return {};
  if (ip.is_v4()) return ipv4_key(ip.to_v4());
  const auto v6 = ip.to_v6();
  if (v6.is_v4_mapped()) {
    return ipv4_key(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6));
  }
  const auto bytes = v6.to_bytes();
  return {.value = big_endian(std::span(bytes).first<8>())};
}

std::string describe(PeerKey peer) {
  if (peer == PeerKey::behind_proxy()) return "behind a proxy";
  if ((peer.value & ipv4_prefix) == ipv4_prefix) {
    return boost::asio::ip::address_v4(static_cast<std::uint32_t>(peer.value)).to_string();
  }
  boost::asio::ip::address_v6::bytes_type bytes{};
  for (std::size_t i = 0; i < sizeof peer.value; ++i) {
    bytes[i] = static_cast<unsigned char>(peer.value >> (56 - 8 * i));
  }
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

std::size_t connection_limit(std::size_t configured) {
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return configured;
  return std::min<std::size_t>(configured, descriptors.rlim_cur / 5 * 4);
}

bool ConnectionCounter::is_counted(PeerKey peer) const {
  if (peer == PeerKey::behind_proxy()) return false;
  return !(options_.loopback_exempt && peer.is_loopback());
}

bool ConnectionCounter::count_peer(PeerKey peer) {
  if (!is_counted(peer)) return true;
  auto& of_peer = per_peer_[peer.value];
  if (of_peer >= options_.connections_per_ip) return false;
  ++of_peer;
  return true;
}

void ConnectionCounter::uncount_peer(PeerKey peer) {
  if (!is_counted(peer)) return;
  const auto entry = per_peer_.find(peer.value);
  assert(entry != per_peer_.end());
  if (--entry->second == 0) per_peer_.erase(entry);
}

Verdict ConnectionCounter::admit(PeerKey peer) {
  if (count_ >= options_.connections) return Verdict::too_many;
  if (!count_peer(peer)) return Verdict::too_many_per_peer;
  ++count_;
  return Verdict::admitted;
}

void ConnectionCounter::release(PeerKey peer) {
  assert(count_ > 0);
  --count_;
  uncount_peer(peer);
}

Verdict ConnectionCounter::move(PeerKey from, PeerKey to) {
  if (from == to) return Verdict::admitted;
  if (!count_peer(to)) return Verdict::too_many_per_peer;
  uncount_peer(from);
  return Verdict::admitted;
}

}  // namespace weir::gateway::net
