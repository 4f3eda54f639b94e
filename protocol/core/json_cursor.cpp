#include "protocol/core/json_cursor.hpp"

#include <array>
#include <cassert>
#include <cstdint>

namespace weir::protocol {
namespace {

JsonType type_of(char first) {
  switch (first) {
    case '"':
      return JsonType::string;
    case '{':
      return JsonType::object;
    case '[':
      return JsonType::array;
    case 't':
    case 'f':
      return JsonType::boolean;
    case 'n':
      return JsonType::null;
    default:
      return JsonType::number;
  }
}

/// Offset behind the closing quote of the string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

std::size_t end_of_container(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (true) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
}

void append_utf8(std::uint32_t code_point, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) return put(code_point);
  if (code_point < 0x800) {
    put(0xc0U | (code_point >> 6U));
  } else {
    if (code_point < 0x10000) {
      put(0xe0U | (code_point >> 12U));
    } else {
      put(0xf0U | (code_point >> 18U));
      put(0x80U | ((code_point >> 12U) & 0x3fU));
    }
    put(0x80U | ((code_point >> 6U) & 0x3fU));
  }
  put(0x80U | (code_point & 0x3fU));
}

std::uint32_t hex_unit(std::string_view text, std::size_t at) {
  std::uint32_t unit = 0;
  for (const char digit : text.substr(at, 4)) unit = unit * 16 + hex_digit(digit);
  return unit;
}

/// Resolves the escape whose letter stands at `at`; returns the offset of its last byte.
std::size_t append_escape(std::string_view text, std::size_t at, std::string& out) {
  constexpr std::string_view letters = "bfnrt";
  constexpr std::string_view meanings = "\b\f\n\r\t";
  if (text[at] != 'u') {
    const auto index = letters.find(text[at]);
    out.push_back(index == std::string_view::npos ? text[at] : meanings[index]);
    return at;
  }
  const auto unit = hex_unit(text, at + 1);
  if (unit < 0xd800 || unit > 0xdfff) {
    append_utf8(unit, out);
    return at + 4;
  }
  const bool has_second = unit <= 0xdbff && text.substr(at + 5).starts_with("\\u");
  const auto second = has_second ? hex_unit(text, at + 7) : 0;
  if (second < 0xdc00 || second > 0xdfff) {
    append_utf8(0xfffd, out);
    return at + 4;
  }
  append_utf8(0x10000U + ((unit - 0xd800U) << 10U) + (second - 0xdc00U), out);
  return at + 10;
}

}  // namespace

std::string_view name(JsonType type) {
  constexpr std::array<std::string_view, 6> names{
      "null", "a boolean", "a number", "a text", "an array", "an object"};
  return names.at(static_cast<std::size_t>(type));
}

JsonValue json_value(std::string_view text) {
  constexpr std::string_view spaces = " \t\n\r";
  const auto first = text.find_first_not_of(spaces);
  assert(first != std::string_view::npos);
  text = text.substr(first, text.find_last_not_of(spaces) + 1 - first);
  return {type_of(text.front()), text};
}

JsonCursor::JsonCursor(JsonValue container) : text_(container.text) {
  assert(container.type == JsonType::object || container.type == JsonType::array);
}

bool JsonCursor::is_at_end() const {
  return at_ + 1 >= text_.size();
}

void JsonCursor::skip_separators() {
  constexpr std::string_view separators = " \t\n\r,:";
  while (!is_at_end() && separators.find(text_[at_]) != std::string_view::npos) ++at_;
}

JsonValue JsonCursor::take_value() {
  const auto begin = at_;
  const auto type = type_of(text_[begin]);
  if (type == JsonType::string) {
    at_ = end_of_string(text_, at_);
  } else if (type == JsonType::object || type == JsonType::array) {
    at_ = end_of_container(text_, at_);
  } else {
    at_ = text_.find_first_of(" \t\n\r,]}", at_);
  }
  return {type, text_.substr(begin, at_ - begin)};
}

std::optional<JsonMember> JsonCursor::next_member() {
  skip_separators();
  if (is_at_end()) return std::nullopt;
  JsonMember member{decode_string(take_value().text), {}};
  skip_separators();
  member.value = take_value();
  return member;
}

std::optional<JsonValue> JsonCursor::next_element() {
  skip_separators();
  if (is_at_end()) return std::nullopt;
  return take_value();
}

std::string decode_string(std::string_view quoted) {
  const auto text = quoted.substr(1, quoted.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      at = append_escape(text, at + 1, out);
    } else {
      out.push_back(text[at]);
    }
  }
  return out;
}

unsigned hex_digit(char digit) {
  if (digit <= '9') return static_cast<unsigned>(digit - '0');
  return (static_cast<unsigned>(digit) | 0x20U) - 'a' + 10;
}

std::string quotable(std::string_view name) {
  constexpr std::size_t bytes_max = 64;
  if (name.size() <= bytes_max) return std::string(name);
  auto end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0U) == 0x80U) --end;
  return std::string(name.substr(0, end)) + "...";
}

}  // namespace weir::protocol
