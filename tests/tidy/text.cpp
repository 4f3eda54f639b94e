#include "tests/tidy/text.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iterator>
#include <sstream>

namespace weir::tests::tidy {

namespace {

std::size_t comment_length(std::string_view text) {
  const bool is_line = text.starts_with("//");
  const auto end = is_line ? text.find('\n') : text.find("*/", 2);
  if (end == std::string_view::npos) return text.size();
  return is_line ? end : end + 2;
}

/// Of `R"x(...)x"` at the front of `text`.
std::size_t raw_string_length(std::string_view text) {
  const auto open = text.find('(');
  if (open == std::string_view::npos) return text.size();
  const std::string close = ")" + std::string(text.substr(2, open - 2)) + "\"";
  const auto end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t quoted_length(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size() && text[at] != text.front()) at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

bool is_digit_separator(std::string_view code, std::size_t at) {
  return at > 0 && std::isalnum(static_cast<unsigned char>(code[at - 1])) != 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

std::vector<std::string> columns_of(std::string_view line) {
  std::vector<std::string> columns;
  for (;;) {
    const auto bar = line.find('|');
    columns.emplace_back(trimmed(line.substr(0, bar)));
    if (bar == std::string_view::npos) return columns;
    line.remove_prefix(bar + 1);
  }
}

std::string without_comments(std::string_view code) {
  std::string out(code);
  std::size_t at = 0;
  while (at < code.size()) {
    const std::string_view rest = code.substr(at);
    std::size_t length = 1;
    if (rest.starts_with("//") || rest.starts_with("/*")) {
      length = comment_length(rest);
      std::replace_if(
          out.begin() + static_cast<std::ptrdiff_t>(at),
          out.begin() + static_cast<std::ptrdiff_t>(at + length),
          [](char c) { return c != '\n'; },
          ' ');
    } else if (rest.starts_with("R\"")) {
      length = raw_string_length(rest);
    } else if (rest.front() == '"' || (rest.front() == '\'' && !is_digit_separator(code, at))) {
      length = quoted_length(rest);
    }
    at += length;
  }
  return out;
}

}  // namespace weir::tests::tidy
