#include "adapters/common/broker_url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace weir::adapters::common {

namespace {

using Failed = protocol::Unexpected<std::string>;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  if (out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte / 16U];
      out += digits[byte % 16U];
    }
  }
  return out;
}

bool parse_user(std::string_view text, const UrlScheme& scheme, BrokerUrl& broker) {
  const auto colon = text.find(':');
  const auto user = decoded(text.substr(0, colon));
  const auto password =
      colon == std::string_view::npos ? std::string() : decoded(text.substr(colon + 1));
  if (!user || !password || (user->empty() && scheme.has_users)) return false;
  broker.user = *user;
  broker.password = *password;
  return true;
}

bool parse_authority(std::string_view text, BrokerUrl& broker) {
  const bool is_bracketed = text.starts_with('[');
  const auto host_end = is_bracketed ? text.find(']') : text.find(':');
  if (is_bracketed && host_end == std::string_view::npos) return false;
  broker.host = is_bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  std::string_view port;
  if (host_end != std::string_view::npos)
    port = text.substr(is_bracketed ? host_end + 1 : host_end);
  if (broker.host.empty()) return false;
  if (port.empty()) return true;
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  const char* const begin = port.data();  // NOLINT(bugprone-suspicious-*): `end` bounds it
  const char* const end = begin + port.size();
  const auto [at, fault] = std::from_chars(begin, end, broker.port);
  return fault == std::errc() && at == end && broker.port != 0;
}

/// Takes `name://` off the front.
bool take_scheme(std::string_view& url, std::string_view name) {
  if (name.empty() || !url.starts_with(name) || !url.substr(name.size()).starts_with("://"))
    return false;
  url.remove_prefix(name.size() + 3);
  return true;
}

}  // namespace

protocol::Result<BrokerUrl, std::string> parse_broker_url(std::string_view url,
                                                          const UrlScheme& scheme) {
  BrokerUrl broker;
  broker.has_tls = take_scheme(url, scheme.tls_name);
  if (!broker.has_tls && !take_scheme(url, scheme.name)) {
    std::string expected = "it does not begin with " + std::string(scheme.name) + "://";
    if (!scheme.tls_name.empty()) expected += " or " + std::string(scheme.tls_name) + "://";
    return Failed(expected);
  }
  broker.port = broker.has_tls ? scheme.tls_port : scheme.port;
  const auto slash = url.find('/');
  const std::string_view front = url.substr(0, slash);
  const std::string_view path = slash == std::string_view::npos ? "" : url.substr(slash + 1);
  const auto decoded_path = decoded(path);
  if (!path.empty() && scheme.path.empty()) return Failed("nothing may stand behind its port");
  if (!decoded_path || path.find_first_of("/?#") != std::string_view::npos)
    return Failed("its " + std::string(scheme.path) + " must be one percent-encoded name");
  broker.path = *decoded_path;
  const auto at = front.rfind('@');
  if (at != std::string_view::npos && !parse_user(front.substr(0, at), scheme, broker))
    return Failed("its user and password must be user:password, percent-encoded");
  const std::string_view authority = at == std::string_view::npos ? front : front.substr(at + 1);
  if (!parse_authority(authority, broker))
    return Failed("it names no host, or a port that is none, like " + std::string(scheme.name) +
                  "://broker:" + std::to_string(scheme.port));
  return broker;
}

std::string url_of(const BrokerUrl& broker, const UrlScheme& scheme) {
  const bool is_v6 = broker.host.find(':') != std::string::npos;
  std::string url(broker.has_tls ? scheme.tls_name : scheme.name);
  url +=
      "://" + (is_v6 ? "[" + broker.host + "]" : broker.host) + ":" + std::to_string(broker.port);
  if (!broker.path.empty()) url += "/" + encoded(broker.path);
  return url;
}

}  // namespace weir::adapters::common
