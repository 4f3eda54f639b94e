#include "gateway/auth/handshake_token.hpp"

#include <algorithm>

namespace weir::gateway::auth {
namespace {

constexpr std::string_view offer_prefix = "weir.token.";

/// Takes the text before the next separator, without the white space around it.
std::string_view take_element(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  auto element = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!element.empty() && is_blank(element.front())) element.remove_prefix(1);
  while (!element.empty() && is_blank(element.back())) element.remove_suffix(1);
  return element;
}

}  // namespace

std::string_view find_offered_token(std::string_view offered) {
  while (!offered.empty()) {
    const auto element = take_element(offered, ',');
    if (element.starts_with(offer_prefix)) return element.substr(offer_prefix.size());
  }
  return {};
}

std::string_view find_bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  const auto is_equal = [](char left, char right) {
    return left == (right >= 'A' && right <= 'Z' ? static_cast<char>(right - 'A' + 'a') : right);
  };
  const auto shown = authorization.substr(0, scheme.size());
  if (!std::ranges::equal(scheme, shown, is_equal)) return {};
  auto rest = authorization.substr(scheme.size());
  return take_element(rest, ',');
}

std::string_view find_cookie(std::string_view header, std::string_view name) {
  while (!header.empty() && !name.empty()) {
    auto pair = take_element(header, ';');
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    auto value = pair.substr(equals + 1);
    const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return is_quoted ? value.substr(1, value.size() - 2) : value;
  }
  return {};
}

}  // namespace weir::gateway::auth
