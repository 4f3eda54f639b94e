#include "gateway/net/proxy_header.hpp"

#include "gateway/core/address_prefix.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <utility>

namespace weir::gateway::net {
namespace {

using Read = protocol::Result<std::optional<ProxyHeader>, std::string_view>;
using protocol::Unexpected;

const std::optional<ProxyHeader> more_to_come;

constexpr std::string_view v1_start = "PROXY ";
constexpr std::string_view v2_start("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t v2_fixed_bytes = 16;

Unexpected<std::string_view> wrong(std::string_view what) {
  return Unexpected(what);
}

/// Whether `bytes` may be, or begin with, `start`.
bool may_start(std::string_view bytes, std::string_view start) {
  const auto common = std::min(bytes.size(), start.size());
  return bytes.substr(0, common) == start.substr(0, common);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

/// The field up to the next space, which is taken away with it.
std::string_view take_field(std::string_view& line) {
  const auto space = line.find(' ');
  const auto field = line.substr(0, space);
  line = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  return field;
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return false;
  unsigned port = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    port = port * 10 + static_cast<unsigned>(digit - '0');
  }
  return port <= 0xFFFF;
}

bool is_address(std::string_view text, int family) {
  const bool is_v6 = text.find(':') != std::string_view::npos;
  return read_ip(text) && is_v6 == (family == AF_INET6);
}

Read read_v1(std::string_view bytes) {
  const auto line_end = bytes.substr(0, proxy_v1_bytes_max).find('\n');
  if (line_end == std::string_view::npos) {
    if (bytes.size() >= proxy_v1_bytes_max) return wrong("too long");
    return more_to_come;
  }
  if (bytes[line_end - 1] != '\r') return wrong("no line end");
  ProxyHeader header{.bytes = line_end + 1};
  auto line = bytes.substr(v1_start.size(), line_end - 1 - v1_start.size());
  const auto protocol = take_field(line);
  if (protocol == "UNKNOWN") return std::optional(std::move(header));
  if (protocol != "TCP4" && protocol != "TCP6") {
    return wrong("not a known protocol");
  }
  const int family = protocol == "TCP4" ? AF_INET : AF_INET6;
  const auto client = take_field(line);
  const auto destination = take_field(line);
  if (!is_address(client, family) || !is_address(destination, family)) {
    return wrong("not an address of that protocol");
  }
  const auto client_port = take_field(line);
  if (!is_port(client_port) || !is_port(line)) return wrong("not a port");
  header.client = client;
  return std::optional(std::move(header));
}

std::string address_text(std::string_view bytes, int family) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, bytes.data(), text.data(), text.size());
  return text.data();
}

Read read_v2(std::string_view bytes) {
  if (bytes.size() > v2_start.size()) {
    const auto version_and_command = byte_at(bytes, 12);
    if (version_and_command >> 4U != 2) return wrong("another version");
    if ((version_and_command & 0xFU) > 1) return wrong("not a command");
  }
  if (bytes.size() < v2_fixed_bytes) return more_to_come;
  const auto rest = std::size_t{byte_at(bytes, 14)} << 8U | byte_at(bytes, 15);
  if (rest > proxy_v2_bytes_max) return wrong("too long");
  if (bytes.size() < v2_fixed_bytes + rest) return more_to_come;

  ProxyHeader header{.bytes = v2_fixed_bytes + rest};
  const bool is_local = (byte_at(bytes, 12) & 0xFU) == 0;
  if (is_local) return std::optional(std::move(header));
  const auto family = byte_at(bytes, 13) >> 4U;
  const auto transport = byte_at(bytes, 13) & 0xFU;
  if (family > 3 || transport > 2) return wrong("not a family");
  if (transport == 2) return wrong("not a stream");
  // Source address, destination address, ports.
  const std::size_t wanted = family == 1 ? 12 : family == 2 ? 36 : family == 3 ? 216 : 0;
  if (rest < wanted) return wrong("too short for its family");
  if (transport == 0 || family == 0 || family == 3) return std::optional(std::move(header));
  header.client = address_text(bytes.substr(v2_fixed_bytes), family == 1 ? AF_INET : AF_INET6);
  return std::optional(std::move(header));
}

}  // namespace

Read read_proxy_header(std::string_view bytes) {
  if (may_start(bytes, v1_start)) {
    if (bytes.size() < v1_start.size()) return more_to_come;
    return read_v1(bytes);
  }
  if (may_start(bytes, v2_start)) {
    if (bytes.size() < v2_start.size()) return more_to_come;
    return read_v2(bytes);
  }
  return wrong("no PROXY header");
}

}  // namespace weir::gateway::net
