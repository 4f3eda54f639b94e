#pragma once

#include "protocol/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::adapters::common {

/// How URLs of one sort of broker look; literals.
struct UrlScheme {
  std::string_view name;  ///< e.g. "nats"
  std::uint16_t port = 0;
  std::string_view tls_name;  ///< e.g. "tls"; empty: there is none
  std::uint16_t tls_port = 0;
  std::string_view path;  ///< what stands behind the '/', for people; empty: nothing may
  bool has_users = true;  ///< false: `:password@` alone will do
};

/// One broker, as `scheme://user:password@host:port/path` names it.
struct BrokerUrl {
  bool has_tls = false;
  std::string host;
  std::uint16_t port = 0;
  std::optional<std::string> user;
  std::string password = {};
  std::string path = {};  ///< decoded
  friend bool operator==(const BrokerUrl&, const BrokerUrl&) = default;
};

/// Shape:  user, password and path percent-encoded; IPv6 in brackets.
/// Errors: what was expected; never quotes the password.
[[nodiscard]] protocol::Result<BrokerUrl, std::string> parse_broker_url(std::string_view url,
                                                                        const UrlScheme& scheme);

/// For people: without user and password.
[[nodiscard]] std::string url_of(const BrokerUrl& broker, const UrlScheme& scheme);

}  // namespace weir::adapters::common
