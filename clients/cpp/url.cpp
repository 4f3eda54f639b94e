#include "clients/cpp/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace weir::clients::cpp {
namespace {

using protocol::Result;
using protocol::Unexpected;

constexpr std::string_view plain_scheme = "ws://";
constexpr std::string_view secure_scheme = "wss://";

std::uint16_t default_port(bool is_secure) {
  return is_secure ? 443 : 80;
}

Unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  std::string sentence("\"");
  return Unexpected(sentence.append(text).append("\" is no URL of a gateway: ").append(why));
}

/// What a host and a request line may not hold: anything that could end the line or the header.
bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

/// Splits "host:port" or "[address]:port"; false when the brackets do not fit.
bool split_authority(std::string_view authority, std::string_view& host, std::string_view& port) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
    return port.empty() || port.starts_with(':');
  }
  const auto colon = authority.find(':');
  host = authority.substr(0, colon);
  port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  return true;
}

}  // namespace

std::string Url::authority() const {
  auto text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(is_secure)) text.append(":").append(std::to_string(port));
  return text;
}

Result<Url, std::string> parse_url(std::string_view text) {
  const bool is_secure = text.starts_with(secure_scheme);
  if (!is_secure && !text.starts_with(plain_scheme)) {
    return wrong(text, "it has to begin with ws:// or wss://, like ws://127.0.0.1:8080/ws.");
  }
  const auto rest = text.substr(is_secure ? secure_scheme.size() : plain_scheme.size());
  if (!is_visible(rest)) return wrong(text, "it may not hold spaces or control characters.");
  if (rest.find('#') != std::string_view::npos) return wrong(text, "it may not hold a '#'.");
  const auto path = std::min(rest.find_first_of("/?"), rest.size());
  const auto authority = rest.substr(0, path);
  if (authority.find('@') != std::string_view::npos) {
    return wrong(text, "it may not hold a name and a password.");
  }
  std::string_view host;
  std::string_view port;
  if (!split_authority(authority, host, port) || host.empty())
    return wrong(text, "the host is missing.");
  Url url{std::string(host), default_port(is_secure), std::string(rest.substr(path)), is_secure};
  if (url.target.empty()) url.target = "/ws";
  if (url.target.starts_with('?')) url.target.insert(0, "/ws");
  if (!port.empty()) {
    const auto number = parse_port(port.substr(1));
    if (!number) return wrong(text, "the port has to be from 1 to 65535.");
    url.port = *number;
  }
  return url;
}

}  // namespace weir::clients::cpp
