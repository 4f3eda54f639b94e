#include "adapters/amqp/broker.hpp"

namespace weir::adapters::amqp {

protocol::Result<Broker, std::string> parse_broker(std::string_view url) {
  const auto parsed = common::parse_broker_url(url, url_scheme);
  if (!parsed) return protocol::Unexpected<std::string>(parsed.error());
  Broker broker;
  broker.host = parsed->host;
  broker.port = parsed->port;
  broker.has_tls = parsed->has_tls;
  if (parsed->user) {
    broker.user = *parsed->user;
    broker.password = parsed->password;
  }
  if (!parsed->path.empty()) broker.vhost = parsed->path;
  return broker;
}

std::string url_of(const Broker& broker) {
  return common::url_of({.has_tls = broker.has_tls,
                         .host = broker.host,
                         .port = broker.port,
                         .user = {},
                         .password = {},
                         .path = broker.vhost},
                        url_scheme);
}

}  // namespace weir::adapters::amqp
