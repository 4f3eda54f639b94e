#include "adapters/mqtt/mqtt_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"
#include "protocol/core/utf8.hpp"

#include <algorithm>

namespace weir::adapters::mqtt {

namespace {

using common::refuse_key;

constexpr std::size_t filter_bytes_max = 65535;  // MQTT 5.0, 1.5.4
constexpr std::size_t client_id_bytes_max = 65535;
/// libmosquitto takes no shorter one.
constexpr std::chrono::seconds heartbeat_min{5};

Version read_version(common::ConfigReader& reader) {
  const std::string version = reader.text("version").value_or("5");
  if (version == "5") return Version::v5;
  if (version == "3.1.1") return Version::v3_1_1;
  refuse_key("version", "is '" + version + R"('; expected "5" or "3.1.1")");
}

/// Wildcards are whole levels, and '#' is the last.
bool is_filter(std::string_view filter) {
  if (filter.empty() || filter.size() > filter_bytes_max || !protocol::is_utf8(filter) ||
      filter.find('\0') != std::string_view::npos)
    return false;
  for (std::size_t at = 0; at < filter.size(); ++at) {
    if (filter[at] != '+' && filter[at] != '#') continue;
    if (at > 0 && filter[at - 1] != '/') return false;
    const bool is_last = at + 1 == filter.size();
    if (!is_last && (filter[at] == '#' || filter[at + 1] != '/')) return false;
  }
  return true;
}

std::vector<std::string> read_filters(common::ConfigReader& reader) {
  const auto filters = reader.texts("filters");
  if (!filters) return {};
  const auto bad = std::ranges::find_if_not(*filters, is_filter);
  if (bad != filters->end())
    refuse_key("filters", "has '" + *bad + "', which is no topic filter of MQTT");
  return *filters;
}

/// What goes together and what does not.
void check(const MqttConfig& config) {
  if (config.filters.empty() && !config.upstream)
    throw abi::Failure("key 'filters' is needed, e.g. filters = [\"quotes/+\"]");
  if (config.on_demand && config.has_session())
    refuse_key("on_demand", "has no use for 'client_id': what nobody wants is not to be kept");
  // which of several subscriptions has brought a message can be told since MQTT 5
  if (config.on_demand && config.version != Version::v5)
    refuse_key("on_demand", "needs version = \"5\"");
  if (config.on_demand && config.filters.empty())
    refuse_key("on_demand", "needs 'filters', within which topics can be wanted");
  if (!config.tls.server_name.empty())
    refuse_key("tls.server_name", "cannot be had: libmosquitto looks for the host of the URL");
  if (config.patience.heartbeat < heartbeat_min)
    refuse_key("heartbeat_ms", "must be at least 5000 for MQTT");
}

}  // namespace

MqttConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  MqttConfig config;
  config.brokers = common::read_brokers(reader, "mqtt://127.0.0.1:1883", url_scheme);
  config.tls = common::read_broker_tls(reader, config.brokers, url_scheme.tls_name);
  config.version = read_version(reader);
  config.filters = read_filters(reader);
  config.qos = static_cast<int>(reader.integer("qos", {0, 1}, config.qos));
  config.client_id = reader.text("client_id").value_or("");
  if (config.client_id.size() > client_id_bytes_max || !protocol::is_utf8(config.client_id))
    refuse_key("client_id", "must be text of at most 65535 bytes");
  config.session = std::chrono::seconds(
      reader.integer("session_ms", {1000, 4'000'000'000'000}, 3'600'000) / 1000);
  config.on_demand = reader.flag("on_demand", config.on_demand);
  config.mapping = common::read_mapping(reader, message_words);
  config.remembered_ids = common::read_remembered_ids(reader);
  config.patience = common::read_patience(reader);
  config.upstream = reader.flag("upstream", config.upstream);
  config.publish_topic =
      common::read_outgoing_subject(reader, "publish_topic", message_words.separator);
  config.publish_retain = reader.flag("publish_retain", config.publish_retain);
  reader.finish();
  check(config);
  return config;
}

}  // namespace weir::adapters::mqtt
