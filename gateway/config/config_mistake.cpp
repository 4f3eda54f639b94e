#include "gateway/config/config_mistake.hpp"

#include <fmt/format.h>

namespace weir::gateway::config {
namespace {

std::string where(const Place& place, const std::string& file) {
  if (!place.variable.empty()) return "environment variable " + place.variable;
  if (place.line == 0) return file;
  return fmt::format("{}:{}:{}", file, place.line, place.column);
}

}  // namespace

std::string to_text(const ConfigMistake& mistake, const std::string& file) {
  auto text = where(mistake.place, file);
  if (!mistake.key.empty()) text += ": " + mistake.key;
  text += ": " + mistake.what;
  if (!mistake.expected.empty()) text += "; " + mistake.expected;
  return text;
}

}  // namespace weir::gateway::config
