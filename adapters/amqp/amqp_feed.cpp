#include "adapters/amqp/amqp_feed.hpp"

#include "adapters/amqp/amqp_config.hpp"
#include "adapters/amqp/amqp_connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir::adapters::amqp {

namespace {

constexpr std::size_t routing_key_bytes_max = 255;  // AMQP 0-9-1, short strings

std::optional<std::string> fault_of(std::string_view routing_key) {
  if (routing_key.size() <= routing_key_bytes_max) return std::nullopt;
  return "would have more than 255 bytes";
}

common::BrokerFeedSetup setup_of(const abi::Settings& settings) {
  AmqpConfig config = parse_config(settings.config);
  common::BrokerFeedSetup setup;
  for (const Broker& broker : config.brokers) setup.brokers.push_back(url_of(broker));
  setup.reconnect_max = config.patience.reconnect_max;
  setup.mapping = config.mapping;
  setup.remembered_ids = config.remembered_ids;
  setup.upstream = config.upstream;
  if (config.on_demand) setup.on_demand = inverse_of(config, settings);
  setup.outgoing = {
      .subject = config.publish_routing_key, .subject_name = "routing key", .fault = fault_of};
  setup.make_link = [config = std::move(config),
                     name = "weir adapter " + std::string(settings.name),
                     body_bytes_max = settings.entry_bytes_max](int interrupt) {
    return make_amqp_connection(
        {.config = config, .name = name, .body_bytes_max = body_bytes_max, .interrupt = interrupt});
  };
  return setup;
}

}  // namespace

AmqpFeed::AmqpFeed(const abi::Settings& settings, abi::Host host)
    : BrokerFeed(host, setup_of(settings)) {
}

}  // namespace weir::adapters::amqp
