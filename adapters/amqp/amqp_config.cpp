#include "adapters/amqp/amqp_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

#include <algorithm>
#include <array>

namespace weir::adapters::amqp {

namespace {

using common::refuse_key;

constexpr std::size_t name_bytes_max = 255;  // AMQP 0-9-1, short strings

constexpr common::MessageWords words{
    .subject = "routing_key", .separator = '.', .headers = "header", .origin = "exchange"};

std::vector<Broker> read_brokers(common::ConfigReader& reader) {
  std::vector<Broker> brokers;
  common::read_brokers(reader, "amqp://guest:guest@127.0.0.1:5672/%2f", [&](std::string_view url) {
    auto broker = parse_broker(url);
    if (!broker) return broker.error();
    brokers.push_back(*std::move(broker));
    return std::string();
  });
  return brokers;
}

std::string read_name(common::ConfigReader& reader, std::string_view key) {
  std::string name = reader.text(key).value_or("");
  if (name.size() > name_bytes_max)
    refuse_key(key, "must have at most " + std::to_string(name_bytes_max) + " bytes");
  return name;
}

std::string read_exchange_type(common::ConfigReader& reader) {
  constexpr std::array<std::string_view, 3> types{"topic", "direct", "fanout"};
  std::string type = reader.text("exchange_type").value_or("");
  if (!type.empty() && std::ranges::find(types, type) == types.end())
    refuse_key("exchange_type", "is '" + type + "'; expected topic, direct or fanout");
  return type;
}

/// What goes together and what does not.
void check(const AmqpConfig& config, bool has_bindings) {
  if (!config.consumes() && !config.upstream)
    throw abi::Failure(
        "one of the keys 'queue' and 'exchange' is needed, e.g. exchange = \"market\"");
  if (!config.exchange_type.empty() && config.exchange.empty())
    refuse_key("exchange_type", "belongs to 'exchange', which is missing");
  if (has_bindings && config.exchange.empty())
    refuse_key("bindings", "belongs to 'exchange', which is missing");
  if (!config.declares && config.queue.empty() && config.consumes())
    refuse_key("declare", "is false, so 'queue' must name one that is there");
  if (config.exchange_type == "direct" && !has_bindings)
    refuse_key("bindings", "is needed for an exchange of the type direct");
}

}  // namespace

AmqpConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  AmqpConfig config;
  config.brokers = read_brokers(reader);
  config.exchange = read_name(reader, "exchange");
  config.exchange_type = read_exchange_type(reader);
  const auto bindings = reader.texts("bindings");
  config.bindings = bindings.value_or(std::vector<std::string>{"#"});
  config.queue = read_name(reader, "queue");
  config.declares = reader.flag("declare", config.declares);
  config.prefetch =
      static_cast<std::uint16_t>(reader.integer("prefetch", {1, 65535}, config.prefetch));
  config.mapping = common::read_mapping(reader, words);
  config.remembered_ids = common::read_remembered_ids(reader);
  config.patience = common::read_patience(reader);
  config.upstream = reader.flag("upstream", config.upstream);
  config.publish_exchange = reader.text("publish_exchange").value_or(config.exchange);
  config.publish_routing_key =
      common::read_outgoing_subject(reader, "publish_routing_key", words.separator);
  reader.finish();
  check(config, bindings.has_value());
  return config;
}

}  // namespace weir::adapters::amqp
