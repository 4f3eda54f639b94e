#include "adapters/tcp/tcp_config.hpp"

#include "adapters/abi/adapter.hpp"
#include "adapters/common/config_reader.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <optional>

namespace weir::adapters::tcp {

namespace {

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

Address dial_address(const std::string& text) {
  auto address = parse_address(text);
  if (!address || address->port == 0) fail("dial", text, "feed.example.org:9100");
  return *address;
}

}  // namespace

std::string url_of(const Address& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return "tcp://" + (is_v6 ? "[" + address.host + "]" : address.host) + ":" +
         std::to_string(address.port);
}

TcpConfig parse_config(std::string_view json) {
  common::ConfigReader reader(json);
  TcpConfig config;
  const auto listen = reader.text("listen");
  const auto dial = reader.text("dial");
  config.upstream = reader.flag("upstream", config.upstream);
  config.require_feeder = reader.flag("require_feeder", config.require_feeder);
  config.max_connections = static_cast<std::size_t>(reader.integer(
      "max_connections", {1, 1024}, static_cast<std::int64_t>(config.max_connections)));
  config.reconnect_max = std::chrono::milliseconds(
      reader.integer("reconnect_max_ms", {100, 600'000}, config.reconnect_max.count()));
  reader.finish();
  if (listen.has_value() == dial.has_value())
    throw abi::Failure(
        "exactly one of the keys 'listen' and 'dial' is needed, e.g. listen = \"127.0.0.1:9100\"");
  config.mode = listen ? Mode::listen : Mode::dial;
  config.address = listen ? listen_address(*listen) : dial_address(*dial);
  return config;
}

}  // namespace weir::adapters::tcp
