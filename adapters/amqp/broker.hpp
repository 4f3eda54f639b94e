#pragma once

#include "adapters/common/broker_url.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::adapters::amqp {

/// Of its URLs.
inline constexpr common::UrlScheme url_scheme{
    .name = "amqp", .port = 5672, .tls_name = "amqps", .tls_port = 5671, .path = "vhost"};

/// One broker, as `amqp://user:password@host:port/vhost` names it, or `amqps://...` with TLS.
struct Broker {
  std::string host;
  std::uint16_t port = 5672;
  std::string user = "guest";
  std::string password = "guest";
  std::string vhost = "/";
  bool has_tls = false;
  friend bool operator==(const Broker&, const Broker&) = default;
};

/// Shape:  user, password and vhost percent-encoded; an absent vhost is "/", an absent port 5672,
///         or 5671 with TLS. IPv6 in brackets.
/// Errors: what was expected; never quotes the password.
/// Source: RabbitMQ URI Specification.
[[nodiscard]] protocol::Result<Broker, std::string> parse_broker(std::string_view url);

/// For people: without user and password.
[[nodiscard]] std::string url_of(const Broker& broker);

}  // namespace weir::adapters::amqp
