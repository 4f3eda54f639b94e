#include "protocol/websocket/header_list.hpp"

#include <algorithm>

namespace weir::protocol::websocket {
namespace {

constexpr std::string_view token_characters =
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// std::tolower depends on the locale.
char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && text.find_first_not_of(token_characters) == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string_view next_element(std::string_view& rest) {
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto element = trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (!element.empty()) return element;
  }
  return {};
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, to_lower, to_lower);
}

bool has_element(std::string_view list, std::string_view element) {
  for (auto candidate = next_element(list); !candidate.empty(); candidate = next_element(list)) {
    if (equals_ignoring_case(candidate, element)) return true;
  }
  return false;
}

}  // namespace weir::protocol::websocket
