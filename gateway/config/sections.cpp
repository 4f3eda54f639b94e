#include "gateway/config/sections.hpp"

#include "gateway/config/adapter_json.hpp"
#include "gateway/config/text_checks.hpp"
#include "gateway/config/tls_table.hpp"

namespace weir::gateway::config {
namespace {

constexpr std::int64_t kib = 1024;
constexpr std::int64_t mib = 1024 * kib;
constexpr std::int64_t gib = 1024 * mib;

constexpr double per_second_max = 1'000'000;

ValueType<std::string> ip_address() {
  return text(R"(an IP address like "127.0.0.1" or "::1")", check_ip_address);
}

ValueType<std::vector<std::string>> filters() {
  return list(R"(filters like "quotes/AAPL", "quotes/+" or "quotes/#")", check_filter_text);
}

ValueType<std::vector<std::string>> foreign_filters() {
  return list(R"(filters like "quotes/AAPL", "quotes/+" or "quotes/#")", check_foreign_filter);
}

ValueType<std::int64_t> port() {
  return integer({0, 65535});
}

/// A time that somebody waits.
ValueType<std::int64_t> wait_ms() {
  return integer({10, 600'000});
}

/// A ceiling of a session.
ValueType<std::int64_t> bytes_per_s() {
  return size({0, 1024 * gib});
}

/// How long deliveries may wait for company.
ValueType<std::int64_t> delay_ms() {
  return integer({0, 60'000});
}

ValueType<std::int64_t> count(std::int64_t max) {
  return integer({1, max});
}

ValueType<std::int64_t> buffer(std::int64_t max) {
  return size({256, max});
}

template <class S>
void describe(SectionInfo section, const std::vector<Key<S>>& keys, std::vector<KeyInfo>& out) {
  for (const auto& each : keys) {
    out.push_back({section, each.name, each.shape, each.expected, each.show(S{}), each.presence});
  }
}

}  // namespace

std::vector<Key<Config>> root_keys() {
  return {key("shards", &Config::shards, integer({0, 256}))};
}

std::vector<Key<ListenConfig>> listen_keys() {
  return {
      key("address", &ListenConfig::address, ip_address()),
      key("port", &ListenConfig::port, port()),
      key("origins",
          &ListenConfig::origins,
          list(R"("*" or origins like "https://app.example.com")", check_origin)),
      key("deflate", &ListenConfig::deflate, boolean()),
      key("max_bytes_per_s", &ListenConfig::max_bytes_per_s, bytes_per_s()),
      key("max_messages_per_s", &ListenConfig::max_messages_per_s, number(per_second_max)),
      key("max_delay_ms", &ListenConfig::max_delay_ms, delay_ms()),
      key("tls", &ListenConfig::tls, tls_table()),
      key("trusted_proxies",
          &ListenConfig::trusted_proxies,
          list(R"(addresses like "192.0.2.1" or prefixes like "10.0.0.0/8")",
               check_address_prefix)),
      key("proxy_protocol", &ListenConfig::proxy_protocol, boolean()),
  };
}

std::vector<Key<AdminConfig>> admin_keys() {
  return {
      key("address", &AdminConfig::address, ip_address()),
      key("port", &AdminConfig::port, port()),
      key("allow_remote", &AdminConfig::allow_remote, boolean()),
      key("tls", &AdminConfig::tls, tls_table()),
  };
}

std::vector<Key<AuthConfig>> auth_keys() {
  return {
      key("anonymous", &AuthConfig::anonymous, boolean()),
      key("issuer", &AuthConfig::issuer, text("a text", check_plain_text)),
      key("audience", &AuthConfig::audience, text("a text", check_plain_text)),
      key("leeway_ms", &AuthConfig::leeway_ms, integer({0, 300'000})),
      key("jwks", &AuthConfig::jwks, text("a path", check_plain_text)),
      key("cookie", &AuthConfig::cookie, text("the name of a cookie", check_cookie_name)),
  };
}

std::vector<Key<KeyConfig>> key_keys() {
  return {
      key("id", &KeyConfig::id, text("a text", check_plain_text)),
      key("algorithm",
          &KeyConfig::algorithm,
          choice({token_algorithm_names.begin(), token_algorithm_names.end()}),
          Presence::required),
      key("file", &KeyConfig::file, text("a path", check_not_empty), Presence::required),
  };
}

std::vector<Key<RightsEntry>> rights_keys() {
  return {
      key("identity",
          &RightsEntry::identity,
          text(R"("anonymous", "*" or a claim like "groups=traders")", check_identity),
          Presence::required),
      key("subscribe", &RightsEntry::subscribe, filters()),
      key("publish", &RightsEntry::publish, foreign_filters()),
      key("max_bytes_per_s", &RightsEntry::max_bytes_per_s, bytes_per_s()),
      key("max_messages_per_s", &RightsEntry::max_messages_per_s, number(per_second_max)),
  };
}

std::vector<Key<TopicConfig>> topic_keys() {
  auto never = integer({0, 0}, "0, never: that topics expire is not built yet");
  return {
      key("filter",
          &TopicConfig::filter,
          text(R"(a filter like "orders/#")", check_filter_text),
          Presence::required),
      key("kind", &TopicConfig::kind, choice({"value", "record", "table", "stream"})),
      key("ring_entries", &TopicConfig::ring_entries, count(16 * mib)),
      key("ring_bytes", &TopicConfig::ring_bytes, buffer(gib)),
      key("max_rate", &TopicConfig::max_rate, number(per_second_max)),
      key("max_delay_ms", &TopicConfig::max_delay_ms, delay_ms()),
      key("idle_ms", &TopicConfig::idle_ms, std::move(never)),
  };
}

std::vector<Key<AdapterConfig>> adapter_keys() {
  return {
      key("name",
          &AdapterConfig::name,
          text("1 to 64 of a-z, 0-9, '-' and '_'", check_adapter_name),
          Presence::required),
      key("type",
          &AdapterConfig::type,
          text(R"(the type of a built-in adapter like "tcp", or "plugin")", check_not_empty),
          Presence::required),
      key("topics", &AdapterConfig::topics, foreign_filters()),
      key("on_outage", &AdapterConfig::on_outage, choice({"keep", "gap", "clear"})),
  };
}

std::vector<Key<AdapterConfig>> plugin_keys() {
  return {
      key("path",
          &AdapterConfig::path,
          text("the file name of the plug-in", check_not_empty),
          Presence::required),
      key("config", &AdapterConfig::json, any_table()),
  };
}

std::vector<Key<EchoConfig>> echo_keys() {
  return {
      key("enabled", &EchoConfig::enabled, boolean()),
      key("max_message_bytes", &EchoConfig::max_message_bytes, buffer(16 * mib)),
      key("deflate", &EchoConfig::deflate, boolean()),
  };
}

std::vector<Key<protocol::Limits>> limits_keys() {
  using protocol::Limits;
  return {
      key("connections", &Limits::connections, count(1'000'000)),
      key("connections_per_ip", &Limits::connections_per_ip, count(1'000'000)),
      key("loopback_exempt", &Limits::loopback_exempt, boolean()),
      key("sessions_per_identity", &Limits::sessions_per_identity, count(1'000'000)),
      key("handshake_ms", &Limits::handshake_ms, wait_ms()),
      key("header_bytes", &Limits::header_bytes, buffer(mib)),
      key("body_bytes", &Limits::body_bytes, buffer(16 * mib)),
      key("publish_batch", &Limits::publish_batch, count(100'000)),
      key("snapshot_bytes", &Limits::snapshot_bytes, buffer(64 * mib)),
      key("message_bytes", &Limits::message_bytes, buffer(16 * mib)),
      key("wire_bytes", &Limits::wire_bytes, buffer(64 * mib)),
      key("assembly_ms", &Limits::assembly_ms, wait_ms()),
      key("control_frames_per_s", &Limits::control_frames_per_s, count(100'000)),
      key("control_frames_burst", &Limits::control_frames_burst, count(100'000)),
      key("write_progress_ms", &Limits::write_progress_ms, wait_ms()),
      key("heartbeat_ms", &Limits::heartbeat_ms, integer({1000, 60'000})),
      key("subscriptions", &Limits::subscriptions, count(100'000)),
      key("cells", &Limits::cells, count(1'000'000)),
      key("publishes_per_s", &Limits::publishes_per_s, count(1'000'000)),
      key("publishes_burst", &Limits::publishes_burst, count(1'000'000)),
      key("topics", &Limits::topics, count(100'000'000)),
      key("entry_bytes", &Limits::entry_bytes, buffer(16 * mib)),
      key("feed_line_bytes", &Limits::feed_line_bytes, buffer(64 * mib)),
      key("retained_bytes", &Limits::retained_bytes, size({mib, 1024 * gib})),
      key("in_flight_bytes", &Limits::in_flight_bytes, buffer(16 * mib)),
      key("unsent_reply_bytes", &Limits::unsent_reply_bytes, buffer(16 * mib)),
      key("replays", &Limits::replays, count(100'000)),
      key("replay_ms", &Limits::replay_ms, wait_ms()),
      key("drain_ms", &Limits::drain_ms, integer({0, 600'000})),
      refused_key<Limits>("topic_bytes", "is part of the protocol and always 255"),
  };
}

std::vector<Key<LogConfig>> log_keys() {
  return {
      key("level", &LogConfig::level, choice({"debug", "info", "warning", "error"})),
      key("format", &LogConfig::format, choice({"text", "json"})),
  };
}

std::vector<SectionInfo> all_sections() {
  return {{"", Repeat::once},
          {"listen", Repeat::once_or_listed},
          {"admin", Repeat::once},
          {"auth", Repeat::once},
          {"key", Repeat::listed},
          {"rights", Repeat::listed},
          {"topics", Repeat::listed},
          {"adapter", Repeat::listed},
          {"echo", Repeat::once},
          {"limits", Repeat::once},
          {"log", Repeat::once}};
}

std::vector<KeyInfo> all_keys() {
  std::vector<KeyInfo> out;
  describe({"", Repeat::once}, root_keys(), out);
  describe({"listen", Repeat::once_or_listed}, listen_keys(), out);
  describe({"admin", Repeat::once}, admin_keys(), out);
  describe({"auth", Repeat::once}, auth_keys(), out);
  describe({"key", Repeat::listed}, key_keys(), out);
  describe({"rights", Repeat::listed}, rights_keys(), out);
  describe({"topics", Repeat::listed}, topic_keys(), out);
  describe({"adapter", Repeat::listed}, adapter_keys(), out);
  describe({"adapter", Repeat::listed}, plugin_keys(), out);
  describe({"echo", Repeat::once}, echo_keys(), out);
  describe({"limits", Repeat::once}, limits_keys(), out);
  describe({"log", Repeat::once}, log_keys(), out);
  return out;
}

}  // namespace weir::gateway::config
