#include "adapters/tcp/tcp_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"
#include "adapters/common/small_file.hpp"
#include "protocol/core/topic.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace weir::adapters::tcp {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t secret_bytes_min = 16;
constexpr std::size_t secret_bytes_max = 1024;  // so that a greeting stays short
constexpr std::size_t feeders_max = 1024;
constexpr std::size_t dial_addresses_max = 16;
constexpr milliseconds heartbeat_min{250};

[[noreturn]] void fail(std::string_view key, const std::string& text, std::string_view example) {
  throw abi::Failure("key '" + std::string(key) + "' is '" + text + "'; expected something like '" +
                     std::string(example) + "'");
}

std::optional<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || is_bracketed != (host.find(':') != std::string_view::npos))
    return std::nullopt;
  std::uint16_t port = 0;
  const char* const begin = port_text.data();  // NOLINT(bugprone-suspicious-*): `end` bounds it
  const char* const end = begin + port_text.size();
  const auto [at, fault] = std::from_chars(begin, end, port);
  if (fault != std::errc() || at != end) return std::nullopt;
  return Address{std::string(host), port};
}

Address listen_address(const std::string& text) {
  constexpr std::string_view example = "127.0.0.1:9100";
  auto address = parse_address(text);
  if (!address) fail("listen", text, example);
  boost::system::error_code fault;
  static_cast<void>(boost::asio::ip::make_address(address->host, fault));
  if (fault) fail("listen", text, example);
  return *address;
}

std::vector<Address> dial_addresses(const std::vector<std::string>& texts) {
  if (texts.empty() || texts.size() > dial_addresses_max)
    throw abi::Failure("key 'dial' must have 1 to 16 addresses");
  std::vector<Address> addresses;
  for (const std::string& text : texts) {
    auto address = parse_address(text);
    if (!address || address->port == 0) fail("dial", text, "feed.example.org:9100");
    addresses.push_back(*std::move(address));
  }
  return addresses;
}

[[noreturn]] void fail_feeder(const std::string& inside,
                              std::string_view key,
                              const std::string& problem) {
  throw abi::Failure("key '" + inside + std::string(key) + "' " + problem);
}

/// From the file or the variable that the configuration names, never from the configuration.
std::string read_secret(common::ConfigReader& reader, const std::string& inside) {
  const auto file = reader.text("secret_file");
  const auto variable = reader.text("secret_env");
  if (file.has_value() == variable.has_value())
    fail_feeder(inside, "secret_file", "is needed, or 'secret_env', and not both");
  const std::string_view key = file ? "secret_file" : "secret_env";
  std::string secret;
  if (file) {
    const auto text = common::read_small_file(*file);
    if (!text)
      fail_feeder(inside, key, "names '" + *file + "', which cannot be read: " + text.error());
    secret = common::without_line_break(*text);
  } else {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this process sets variables
    const char* const value = std::getenv(variable->c_str());
    if (value == nullptr)
      fail_feeder(inside, key, "names the variable '" + *variable + "', which is not set");
    secret = value;
  }
  if (secret.size() < secret_bytes_min || secret.size() > secret_bytes_max)
    fail_feeder(inside,
                key,
                "names a secret of " + std::to_string(secret.size()) +
                    " bytes; expected 16 to 1024, like those of: openssl rand -hex 32");
  return secret;
}

Feeder read_feeder(const std::string& table, const std::string& inside) {
  common::ConfigReader reader(table, inside);
  Feeder feeder;
  feeder.name = reader.text("name").value_or("");
  if (feeder.name.empty() || feeder.name.size() > 64)
    fail_feeder(inside, "name", "is needed: 1 to 64 bytes, for the log");
  feeder.secret = digest_of(read_secret(reader, inside));
  const auto publish = reader.texts("publish");
  if (publish && publish->empty())
    fail_feeder(inside, "publish", "is empty; leave it out for all topics");
  feeder.publish = publish.value_or(std::vector<std::string>{});
  for (const std::string& filter : feeder.publish) {
    if (const auto valid = protocol::check_filter(filter); !valid)
      fail_feeder(
          inside, "publish", "has '" + filter + "': " + std::string(valid.error().message()));
  }
  reader.finish();
  return feeder;
}

std::vector<Feeder> read_feeders(common::ConfigReader& reader) {
  const auto tables = reader.tables("feeders");
  if (tables.size() > feeders_max) throw abi::Failure("key 'feeders' has more than 1024 tables");
  std::vector<Feeder> feeders;
  for (const std::string& table : tables) {
    const std::string inside = "feeders[" + std::to_string(feeders.size()) + "].";
    Feeder feeder = read_feeder(table, inside);
    const auto same = std::ranges::find(feeders, feeder.secret, &Feeder::secret);
    if (same != feeders.end())
      fail_feeder(
          inside, "name", "is '" + feeder.name + "', with the secret of '" + same->name + "'");
    feeders.push_back(std::move(feeder));
  }
  return feeders;
}

milliseconds read_heartbeat(common::ConfigReader& reader, milliseconds otherwise) {
  const milliseconds heartbeat(reader.integer("heartbeat_ms", {0, 600'000}, otherwise.count()));
  if (heartbeat.count() != 0 && heartbeat < heartbeat_min)
    throw abi::Failure("key 'heartbeat_ms' must be 0 for none, or an integer from 250 to 600000");
  return heartbeat;
}

FeedFormat read_format(common::ConfigReader& reader) {
  const auto format = reader.text("format").value_or("json");
  if (format == "json") return FeedFormat::json;
  if (format == "cbor") return FeedFormat::cbor;
  throw abi::Failure("key 'format' is '" + format + "'; expected 'json' or 'cbor'");
}

}  // namespace

std::string url_of(const Address& address, Wire wire) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return (wire == Wire::tls ? "tls://" : "tcp://") +
         (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

TcpConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  TcpConfig config;
  const auto listen = reader.text("listen");
  const auto dial = reader.text_or_texts("dial");
  config.format = read_format(reader);
  config.upstream = reader.flag("upstream", config.upstream);
  config.require_feeder = reader.flag("require_feeder", config.require_feeder);
  config.max_connections = static_cast<std::size_t>(reader.integer(
      "max_connections", {1, 1024}, static_cast<std::int64_t>(config.max_connections)));
  config.reconnect_max = milliseconds(
      reader.integer("reconnect_max_ms", {100, 600'000}, config.reconnect_max.count()));
  config.ack_window = static_cast<std::size_t>(
      reader.integer("ack_window", {1, 65536}, static_cast<std::int64_t>(config.ack_window)));
  config.heartbeat = read_heartbeat(reader, config.heartbeat);
  config.handshake_max =
      milliseconds(reader.integer("handshake_ms", {100, 60'000}, config.handshake_max.count()));
  config.feeders = read_feeders(reader);
  config.tls = common::read_tls(
      reader, dial ? common::TlsOptions::Role::client : common::TlsOptions::Role::server);
  reader.finish();
  if (listen.has_value() == dial.has_value())
    throw abi::Failure(
        "exactly one of the keys 'listen' and 'dial' is needed, e.g. listen = \"127.0.0.1:9100\"");
  config.mode = listen ? Mode::listen : Mode::dial;
  config.addresses = listen ? std::vector{listen_address(*listen)} : dial_addresses(*dial);
  return config;
}

}  // namespace weir::adapters::tcp
