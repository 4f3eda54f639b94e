#include "adapters/redis/redis_feed.hpp"

#include "adapters/redis/redis_config.hpp"
#include "adapters/redis/redis_connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir::adapters::redis {

namespace {

std::optional<std::string> fault_of(std::string_view name) {
  if (name.empty()) return "is empty";
  return std::nullopt;
}

common::BrokerFeedSetup setup_of(const abi::Settings& settings) {
  RedisConfig config = parse_config(settings.config);
  common::BrokerFeedSetup setup;
  for (const common::BrokerUrl& broker : config.brokers)
    setup.brokers.push_back(common::url_of(broker, url_scheme));
  setup.reconnect_max = config.patience.reconnect_max;
  setup.mapping = config.mapping;
  setup.acknowledgements = common::Acknowledgements::none;
  setup.upstream = config.upstream;
  setup.outgoing = {.subject = config.publish_name,
                    .subject_name = config.target == Target::stream ? "stream" : "channel",
                    .fault = fault_of};
  if (config.on_demand)
    setup.on_demand = common::on_demand_within(
        config.channels, subject_syntax(config.separator), config.mapping, settings);
  setup.make_link = [config = std::move(config),
                     name = "weir-adapter-" + std::string(settings.name),
                     body_bytes_max = settings.entry_bytes_max](int interrupt) {
    return make_redis_connection(
        {.config = config, .name = name, .body_bytes_max = body_bytes_max, .interrupt = interrupt});
  };
  return setup;
}

}  // namespace

RedisFeed::RedisFeed(const abi::Settings& settings, abi::Host host)
    : BrokerFeed(host, setup_of(settings)) {
}

}  // namespace weir::adapters::redis
