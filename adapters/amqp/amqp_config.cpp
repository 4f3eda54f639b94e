#include "adapters/amqp/amqp_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

#include <algorithm>
#include <array>

namespace weir::adapters::amqp {

namespace {

using common::TemplateVariable;
using common::TextTemplate;
using common::VariableShape;

constexpr std::size_t name_bytes_max = 255;  // AMQP 0-9-1, short strings

constexpr std::array message_variables{
    TemplateVariable{.name = "routing_key", .shape = VariableShape::words, .separator = '.'},
    TemplateVariable{.name = "header", .shape = VariableShape::members},
    TemplateVariable{.name = "body", .shape = VariableShape::members},
    TemplateVariable{.name = "exchange", .shape = VariableShape::text},
    TemplateVariable{.name = "message_id", .shape = VariableShape::text}};

constexpr std::array publish_variables{
    TemplateVariable{.name = "topic", .shape = VariableShape::words, .separator = '/'},
    TemplateVariable{.name = "key", .shape = VariableShape::text}};

[[noreturn]] void fail(std::string_view key, const std::string& problem) {
  throw abi::Failure("key '" + std::string(key) + "' " + problem);
}

std::vector<Broker> read_brokers(common::ConfigReader& reader) {
  const auto urls = reader.texts("brokers");
  if (!urls || urls->empty())
    fail("brokers", "is needed, e.g. brokers = [\"amqp://guest:guest@127.0.0.1:5672/%2f\"]");
  std::vector<Broker> brokers;
  for (const std::string& url : *urls) {
    auto broker = parse_broker(url);
    if (!broker)
      fail("brokers",
           "has a bad URL as number " + std::to_string(brokers.size() + 1) + ": " + broker.error());
    brokers.push_back(*std::move(broker));
  }
  return brokers;
}

std::string read_name(common::ConfigReader& reader, std::string_view key) {
  std::string name = reader.text(key).value_or("");
  if (name.size() > name_bytes_max)
    fail(key, "must have at most " + std::to_string(name_bytes_max) + " bytes");
  return name;
}

std::string read_exchange_type(common::ConfigReader& reader) {
  constexpr std::array<std::string_view, 3> types{"topic", "direct", "fanout"};
  std::string type = reader.text("exchange_type").value_or("");
  if (!type.empty() && std::ranges::find(types, type) == types.end())
    fail("exchange_type", "is '" + type + "'; expected topic, direct or fanout");
  return type;
}

Body read_body(common::ConfigReader& reader) {
  const std::string body = reader.text("body").value_or("data");
  if (body == "data") return Body::data;
  if (body == "fields") return Body::fields;
  if (body == "opaque") return Body::opaque;
  fail("body", "is '" + body + "'; expected data, fields or opaque");
}

std::optional<TextTemplate> read_template(common::ConfigReader& reader, std::string_view key) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  return TextTemplate({.key = key, .text = *text, .variables = message_variables});
}

/// What goes together and what does not.
void check(const AmqpConfig& config, bool has_bindings) {
  if (!config.consumes() && !config.upstream)
    throw abi::Failure(
        "one of the keys 'queue' and 'exchange' is needed, e.g. exchange = \"market\"");
  if (!config.exchange_type.empty() && config.exchange.empty())
    fail("exchange_type", "belongs to 'exchange', which is missing");
  if (has_bindings && config.exchange.empty())
    fail("bindings", "belongs to 'exchange', which is missing");
  if (!config.declares && config.queue.empty() && config.consumes())
    fail("declare", "is false, so 'queue' must name one that is there");
  if (config.exchange_type == "direct" && !has_bindings)
    fail("bindings", "is needed for an exchange of the type direct");
  if (config.key && config.body != Body::fields && !config.operation)
    fail("key", "needs body = \"fields\": only rows of a table have a key");
  if (config.body == Body::opaque) {
    const bool uses_body = config.topic->uses("body") || (config.key && config.key->uses("body")) ||
                           (config.operation && config.operation->uses("body"));
    if (uses_body) fail("body", "is opaque, so no template can use {body[...]}");
  }
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
  config.body = read_body(reader);
  config.topic = read_template(reader, "topic");
  if (!config.topic)
    config.topic.emplace(TextTemplate::Options{
        .key = "topic", .text = "{routing_key[0:]}", .variables = message_variables});
  config.key = read_template(reader, "key");
  config.operation = read_template(reader, "operation");
  config.remembered_ids = static_cast<std::size_t>(reader.integer(
      "remembered_ids", {0, 10'000'000}, static_cast<std::int64_t>(config.remembered_ids)));
  config.heartbeat =
      std::chrono::seconds(reader.integer("heartbeat_ms", {1000, 600'000}, 10'000) / 1000);
  config.connect_timeout = std::chrono::milliseconds(
      reader.integer("connect_timeout_ms", {100, 60'000}, config.connect_timeout.count()));
  config.reconnect_max = std::chrono::milliseconds(
      reader.integer("reconnect_max_ms", {100, 600'000}, config.reconnect_max.count()));
  config.upstream = reader.flag("upstream", config.upstream);
  config.publish_exchange = reader.text("publish_exchange").value_or(config.exchange);
  const std::string routing_key = reader.text("publish_routing_key").value_or("{topic[0:]}");
  config.publish_routing_key.emplace(TextTemplate::Options{.key = "publish_routing_key",
                                                           .text = routing_key,
                                                           .variables = publish_variables,
                                                           .joint = '.'});
  reader.finish();
  check(config, bindings.has_value());
  return config;
}

}  // namespace weir::adapters::amqp
