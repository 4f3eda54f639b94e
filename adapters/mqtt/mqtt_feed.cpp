#include "adapters/mqtt/mqtt_feed.hpp"

#include "adapters/mqtt/mqtt_config.hpp"
#include "adapters/mqtt/mqtt_connection.hpp"
#include "protocol/core/utf8.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir::adapters::mqtt {

namespace {

constexpr std::size_t topic_bytes_max = 65535;  // MQTT 5.0, 1.5.4

std::optional<std::string> fault_of(std::string_view topic) {
  if (topic.empty()) return "is empty";
  if (topic.size() > topic_bytes_max) return "would have more than 65535 bytes";
  if (topic.find_first_of(std::string_view("+#\0", 3)) != std::string_view::npos)
    return "has a '+', a '#' or a NUL, which only filters may have";
  return std::nullopt;
}

common::BrokerFeedSetup setup_of(const abi::Settings& settings) {
  MqttConfig config = parse_config(settings.config);
  common::BrokerFeedSetup setup;
  for (const common::BrokerUrl& broker : config.brokers)
    setup.brokers.push_back(common::url_of(broker, url_scheme));
  setup.reconnect_max = config.patience.reconnect_max;
  setup.mapping = config.mapping;
  setup.remembered_ids = config.remembered_ids;
  setup.acknowledgements = common::Acknowledgements::none;
  setup.upstream = config.upstream;
  setup.outgoing = {.subject = config.publish_topic, .subject_name = "topic", .fault = fault_of};
  if (config.on_demand)
    setup.on_demand =
        common::on_demand_within(config.filters, subject_syntax, config.mapping, settings);
  setup.make_link = [config = std::move(config),
                     body_bytes_max = settings.entry_bytes_max](int interrupt) {
    return make_mqtt_connection(
        {.config = config, .body_bytes_max = body_bytes_max, .interrupt = interrupt});
  };
  return setup;
}

}  // namespace

MqttFeed::MqttFeed(const abi::Settings& settings, abi::Host host)
    : BrokerFeed(host, setup_of(settings)) {
}

}  // namespace weir::adapters::mqtt
