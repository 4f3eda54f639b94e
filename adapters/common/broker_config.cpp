#include "adapters/common/broker_config.hpp"

#include "adapters/common/tls_context.hpp"

#include <algorithm>

namespace weir::adapters::common {

void refuse_key(std::string_view key, const std::string& problem) {
  throw abi::Failure("key '" + std::string(key) + "' " + problem);
}

void read_brokers(ConfigReader& reader,
                  std::string_view example,
                  const std::function<std::string(std::string_view url)>& take) {
  const auto urls = reader.texts("brokers");
  if (!urls || urls->empty())
    refuse_key("brokers", "is needed, e.g. brokers = [\"" + std::string(example) + "\"]");
  for (std::size_t i = 0; i < urls->size(); ++i) {
    const std::string fault = take((*urls)[i]);
    if (!fault.empty())
      refuse_key("brokers", "has a bad URL as number " + std::to_string(i + 1) + ": " + fault);
  }
}

std::vector<BrokerUrl> read_brokers(ConfigReader& reader,
                                    std::string_view example,
                                    const UrlScheme& scheme) {
  std::vector<BrokerUrl> brokers;
  read_brokers(reader, example, [&](std::string_view url) {
    auto broker = parse_broker_url(url, scheme);
    if (!broker) return broker.error();
    brokers.push_back(*std::move(broker));
    return std::string();
  });
  return brokers;
}

Patience read_patience(ConfigReader& reader) {
  Patience patience;
  patience.heartbeat =
      std::chrono::seconds(reader.integer("heartbeat_ms", {1000, 600'000}, 10'000) / 1000);
  patience.connect_timeout = std::chrono::milliseconds(
      reader.integer("connect_timeout_ms", {100, 60'000}, patience.connect_timeout.count()));
  patience.reconnect_max = std::chrono::milliseconds(
      reader.integer("reconnect_max_ms", {100, 600'000}, patience.reconnect_max.count()));
  return patience;
}

std::size_t read_remembered_ids(ConfigReader& reader) {
  return static_cast<std::size_t>(reader.integer("remembered_ids", {0, 10'000'000}, 65536));
}

TlsOptions read_broker_tls(ConfigReader& reader, bool is_asked_for, std::string_view scheme) {
  const auto options = read_tls(reader, TlsOptions::Role::client);
  if (!options) return {.role = TlsOptions::Role::client};
  if (!is_asked_for)
    refuse_key("tls",
               "belongs to a broker whose URL begins with " + std::string(scheme) +
                   "://, and there is none");
  return TlsContext(*options).options();
}

TopicInverse on_demand_within(const std::vector<std::string>& patterns,
                              const SubjectSyntax& syntax,
                              const MappingConfig& mapping,
                              const abi::Settings& settings) {
  if (settings.topics.empty())
    refuse_key("on_demand", "needs 'topics': only what an adapter owns is wanted of it");
  return TopicInverse({.topic = mapping.topic,
                       .subject = mapping.words.subject,
                       .patterns = patterns,
                       .syntax = syntax});
}

}  // namespace weir::adapters::common
