#include "adapters/amqp/amqp_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace weir::adapters::amqp {

namespace {

using common::refuse_key;

constexpr std::size_t name_bytes_max = 255;  // AMQP 0-9-1, short strings

std::string read_name(common::ConfigReader& reader, std::string_view key) {
  std::string name = reader.text(key).value_or("");
  if (name.size() > name_bytes_max)
    refuse_key(key, "must have at most " + std::to_string(name_bytes_max) + " bytes");
  return name;
}

std::string read_exchange_type(common::ConfigReader& reader) {
  constexpr std::array<std::string_view, 4> types{"topic", "direct", "fanout", "headers"};
  std::string type = reader.text("exchange_type").value_or("");
  if (!type.empty() && std::ranges::find(types, type) == types.end())
    refuse_key("exchange_type", "is '" + type + "'; expected topic, direct, fanout or headers");
  return type;
}

Arguments read_arguments(std::string_view key, std::string_view json) {
  auto arguments = parse_arguments(json);
  if (!arguments) refuse_key(key, "may have strings, numbers, true and false in it, nothing else");
  for (const auto& [name, value] : *arguments) {
    if (name.empty() || name.size() > name_bytes_max)
      refuse_key(key, "has a name that is empty or has more than 255 bytes");
  }
  return *std::move(arguments);
}

/// Of a headers exchange.
std::vector<Binding> read_header_bindings(common::ConfigReader& reader) {
  constexpr std::array<std::string_view, 4> matches{"all", "any", "all-with-x", "any-with-x"};
  std::vector<Binding> bindings;
  for (const std::string& table : reader.tables("bindings")) {
    Binding binding{.routing_key = {}, .arguments = read_arguments("bindings", table)};
    if (const Argument* const match = find_argument(binding.arguments, "x-match")) {
      const auto* const text = std::get_if<std::string>(match);
      if (text == nullptr || std::ranges::find(matches, *text) == matches.end())
        refuse_key("bindings",
                   R"(has an 'x-match' that is not "all", "any" or one with "-with-x")");
    }
    bindings.push_back(std::move(binding));
  }
  if (bindings.empty())
    refuse_key("bindings",
               "is needed for an exchange of the type headers, "
               "e.g. bindings = [{ type = \"quote\" }]");
  return bindings;
}

std::vector<Binding> read_bindings(common::ConfigReader& reader, const AmqpConfig& config) {
  if (config.exchange_type == "headers") return read_header_bindings(reader);
  const auto keys = reader.texts("bindings");
  if (keys && config.exchange.empty())
    refuse_key("bindings", "belongs to 'exchange', which is missing");
  if (!keys && config.exchange_type == "direct")
    refuse_key("bindings", "is needed for an exchange of the type direct");
  std::vector<Binding> bindings;
  for (const std::string& key : keys.value_or(std::vector<std::string>{"#"})) {
    if (key.size() > name_bytes_max) refuse_key("bindings", "has a key of more than 255 bytes");
    bindings.push_back({.routing_key = key});
  }
  return bindings;
}

Arguments read_queue_arguments(common::ConfigReader& reader) {
  const auto table = reader.table("arguments");
  return table ? read_arguments("arguments", *table) : Arguments();
}

/// What the broker would refuse, or take and never do.
void check_queue_arguments(const AmqpConfig& config) {
  if (config.queue_arguments.empty()) return;
  if (!config.declares)
    refuse_key("arguments", "goes with declare = true: it is for a queue that is made");
  if (!config.consumes())
    refuse_key("arguments", "belongs to 'queue' or 'exchange'; both are missing");
  const Argument* const type = find_argument(config.queue_arguments, "x-queue-type");
  if (type == nullptr) return;
  const auto* const name = std::get_if<std::string>(type);
  if (name == nullptr || (*name != "classic" && *name != "quorum"))
    refuse_key("arguments", R"(has an 'x-queue-type' that is not "classic" or "quorum")");
  if (*name == "quorum" && config.queue.empty())
    refuse_key("arguments", "makes a quorum queue, which needs a name; give one as 'queue'");
}

void check_on_demand(const AmqpConfig& config) {
  if (!config.on_demand) return;
  if (config.exchange_type != "topic")
    refuse_key("on_demand", "needs exchange_type = \"topic\": others have no patterns of keys");
  if (!config.queue.empty())
    refuse_key("on_demand",
               "does not go with 'queue': what nobody wants would wait in it for ever");
  for (const Binding& binding : config.bindings) {
    const auto many = binding.routing_key.find('#');
    if (many != std::string::npos && many + 1 != binding.routing_key.size())
      refuse_key("on_demand",
                 "does not go with the binding '" + binding.routing_key +
                     "': its last word only can be #");
  }
}

/// What goes together and what does not.
void check(const AmqpConfig& config) {
  if (!config.consumes() && !config.upstream)
    throw abi::Failure(
        "one of the keys 'queue' and 'exchange' is needed, e.g. exchange = \"market\"");
  if (!config.exchange_type.empty() && config.exchange.empty())
    refuse_key("exchange_type", "belongs to 'exchange', which is missing");
  if (!config.declares && config.queue.empty() && config.consumes())
    refuse_key("declare", "is false, so 'queue' must name one that is there");
  check_queue_arguments(config);
  check_on_demand(config);
}

}  // namespace

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

AmqpConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  AmqpConfig config;
  config.brokers = read_brokers(reader);
  config.tls = common::read_broker_tls(reader, config.brokers, url_scheme.tls_name);
  config.exchange = read_name(reader, "exchange");
  config.exchange_type = read_exchange_type(reader);
  config.bindings = read_bindings(reader, config);
  config.queue = read_name(reader, "queue");
  config.queue_arguments = read_queue_arguments(reader);
  config.declares = reader.flag("declare", config.declares);
  config.prefetch =
      static_cast<std::uint16_t>(reader.integer("prefetch", {1, 65535}, config.prefetch));
  config.mapping = common::read_mapping(reader, message_words);
  config.remembered_ids = common::read_remembered_ids(reader);
  config.patience = common::read_patience(reader);
  config.upstream = reader.flag("upstream", config.upstream);
  config.publish_exchange = reader.text("publish_exchange").value_or(config.exchange);
  config.publish_routing_key =
      common::read_outgoing_subject(reader, "publish_routing_key", message_words.separator);
  config.on_demand = reader.flag("on_demand", config.on_demand);
  reader.finish();
  check(config);
  return config;
}

common::TopicInverse inverse_of(const AmqpConfig& config, const abi::Settings& settings) {
  constexpr common::SubjectSyntax syntax{.separator = message_words.separator,
                                         .any_word = "*",
                                         .any_rest = "#",
                                         .rest_min = 0,
                                         .not_in_words = {},
                                         .escaped = {}};
  std::vector<std::string> patterns;
  patterns.reserve(config.bindings.size());
  for (const Binding& binding : config.bindings) patterns.push_back(binding.routing_key);
  return common::on_demand_within(patterns, syntax, config.mapping, settings);
}

}  // namespace weir::adapters::amqp
