#include "adapters/nats/nats_feed.hpp"

#include "adapters/nats/nats_config.hpp"
#include "adapters/nats/nats_connection.hpp"

#include <string>
#include <utility>

namespace weir::adapters::nats {

namespace {

common::BrokerFeedSetup setup_of(const abi::Settings& settings) {
  NatsConfig config = parse_config(settings.config);
  common::BrokerFeedSetup setup;
  for (const common::BrokerUrl& broker : config.brokers)
    setup.brokers.push_back(common::url_of(broker, url_scheme));
  setup.reconnect_max = config.patience.reconnect_max;
  setup.mapping = config.mapping;
  setup.remembered_ids = config.remembered_ids;
  setup.acknowledgements = common::Acknowledgements::none;
  setup.upstream = config.upstream;
  setup.outgoing = {
      .subject = config.publish_subject, .subject_name = "subject", .fault = fault_of_subject};
  if (config.on_demand)
    setup.on_demand =
        common::on_demand_within(config.subjects, subject_syntax, config.mapping, settings);
  setup.make_link = [config = std::move(config),
                     name = "weir adapter " + std::string(settings.name),
                     body_bytes_max = settings.entry_bytes_max](int /*interrupt*/) {
    return make_nats_connection({.config = config, .name = name, .body_bytes_max = body_bytes_max});
  };
  return setup;
}

}  // namespace

NatsFeed::NatsFeed(const abi::Settings& settings, abi::Host host)
    : BrokerFeed(host, setup_of(settings)) {
}

}  // namespace weir::adapters::nats
