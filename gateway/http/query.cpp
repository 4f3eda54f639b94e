#include "gateway/http/query.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]);
    const auto low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::optional<std::vector<Parameter>> read_query(std::string_view query) {
  std::vector<Parameter> parameters;
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    if (parameter.empty()) continue;
    const auto equals = parameter.find('=');
    const bool has_value = equals != std::string_view::npos;
    auto name = percent_decode(parameter.substr(0, equals));
    auto value = percent_decode(has_value ? parameter.substr(equals + 1) : std::string_view());
    if (!name || !value) return std::nullopt;
    parameters.push_back({*std::move(name), *std::move(value)});
  }
  return parameters;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const auto equals = parameter.find('=');
    if (percent_decode(parameter.substr(0, equals)) != name) continue;
    if (equals == std::string_view::npos) return std::string();
    return percent_decode(parameter.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace weir::gateway::http
