#pragma once

#include "protocol/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::clients::cpp {

/// Where a gateway is, taken from a `ws://` or `wss://` URL.
struct Url {
  std::string host;         ///< name or address; an IPv6 address without its brackets
  std::uint16_t port = 80;  ///< the scheme's default
  std::string target;       ///< path and query; "/ws" where the URL has no path
  bool is_secure = false;   ///< wss: through TLS

  /// As in the Host header: with the port unless it is the default one, IPv6 in brackets.
  [[nodiscard]] std::string authority() const;
  friend bool operator==(const Url&, const Url&) = default;
};

/// Errors: one sentence for the person who typed the URL. Source: RFC 6455, 3; RFC 3986, 3.
[[nodiscard]] protocol::Result<Url, std::string> parse_url(std::string_view text);

}  // namespace weir::clients::cpp
