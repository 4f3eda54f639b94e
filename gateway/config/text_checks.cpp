#include "gateway/config/text_checks.hpp"

#include "gateway/config/ip_address.hpp"
#include "gateway/core/address_prefix.hpp"
#include "protocol/core/topic.hpp"

#include <algorithm>

namespace weir::gateway::config {
namespace {

constexpr std::string_view lower_case = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";
constexpr std::size_t adapter_name_bytes_max = 64;

bool is_made_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

std::string check_ip_address(std::string_view text) {
  return parse_ip_address(text) ? "" : "is no IP address";
}

std::string check_address_prefix(std::string_view text) {
  if (AddressPrefix::read(text)) return {};
  const auto slash = text.find('/');
  const bool has_address = slash != std::string_view::npos && read_ip(text.substr(0, slash));
  return has_address ? "has no such length, or bits behind it" : "is no IP address";
}

std::string check_origin(std::string_view text) {
  if (text == "*") return {};
  const auto colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0) return "has no scheme";
  if (!is_made_of(text.substr(0, colon), std::string(lower_case) + std::string(digits) + "+-."))
    return "has a scheme that is not in lower case";
  const auto host = text.substr(colon + 3);
  if (host.empty()) return "has no host";
  if (host.find_first_of("/?# *@") != std::string_view::npos)
    return "has more than a host and a port";
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (std::ranges::any_of(host, is_upper)) return "has a host that is not in lower case";
  return {};
}

std::string check_identity(std::string_view text) {
  if (text == "anonymous" || text == "*") return {};
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return "is unknown";
  if (equals == 0) return "names no claim";
  if (equals + 1 == text.size()) return "has no value for the claim";
  return {};
}

std::string check_cookie_name(std::string_view text) {
  // RFC 6265, 4.1.1: a token of RFC 2616.
  constexpr std::string_view separators = "()<>@,;:\\\"/[]?={}";
  const auto is_wrong = [&](char c) {
    return c <= ' ' || c > '~' || separators.find(c) != std::string_view::npos;
  };
  return std::ranges::any_of(text, is_wrong) ? "has a character that no cookie's name has" : "";
}

std::string check_filter_text(std::string_view text) {
  const auto checked = protocol::check_filter(text);
  return checked ? "" : "is no filter: " + std::string(checked.error().message());
}

std::string check_foreign_filter(std::string_view text) {
  if (auto wrong = check_filter_text(text); !wrong.empty()) return wrong;
  for (auto rest = text; rest.data() != nullptr;) {
    if (protocol::next_level(rest).starts_with('$'))
      return "names topics of the gateway itself: those with a level that starts with '$'";
  }
  return {};
}

std::string check_adapter_name(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > adapter_name_bytes_max) return "is longer than 64 characters";
  if (!is_made_of(text, std::string(lower_case) + std::string(digits) + "-_"))
    return "has a character that a name cannot have";
  return {};
}

std::string check_plain_text(std::string_view text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; };
  return std::ranges::any_of(text, is_control) ? "has a control character" : "";
}

std::string check_not_empty(std::string_view text) {
  return text.empty() ? "is empty" : "";
}

}  // namespace weir::gateway::config
