#include "adapters/amqp/broker.hpp"

#include "adapters/common/broker_url.hpp"

namespace weir::adapters::amqp {

namespace {

constexpr common::UrlScheme scheme{
    .name = "amqp", .port = 5672, .tls_name = "", .tls_port = 0, .path = "vhost"};

}  // namespace

protocol::Result<Broker, std::string> parse_broker(std::string_view url) {
  if (url.starts_with("amqps://"))
    return protocol::Unexpected<std::string>(
        "amqps:// (TLS) is not built yet; use amqp:// where the network can be trusted");
  const auto parsed = common::parse_broker_url(url, scheme);
  if (!parsed) return protocol::Unexpected<std::string>(parsed.error());
  Broker broker;
  broker.host = parsed->host;
  broker.port = parsed->port;
  if (parsed->user) {
    broker.user = *parsed->user;
    broker.password = parsed->password;
  }
  if (!parsed->path.empty()) broker.vhost = parsed->path;
  return broker;
}

std::string url_of(const Broker& broker) {
  return common::url_of(
      {.host = broker.host, .port = broker.port, .user = {}, .path = broker.vhost}, scheme);
}

}  // namespace weir::adapters::amqp
