#include "gateway/config/size_text.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace weir::gateway::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t bytes;
};

constexpr std::array<Unit, 3> units{
    {{"GiB", 1LL << 30U}, {"MiB", 1LL << 20U}, {"KiB", 1LL << 10U}}};

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text) {
  std::int64_t factor = 1;
  for (const auto& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    factor = unit.bytes;
    text.remove_suffix(unit.name.size());
    break;
  }
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (count < 0 || count > std::numeric_limits<std::int64_t>::max() / factor) return std::nullopt;
  return count * factor;
}

std::string size_text(std::int64_t bytes) {
  for (const auto& unit : units) {
    if (bytes != 0 && bytes % unit.bytes == 0) {
      return std::to_string(bytes / unit.bytes) + std::string(unit.name);
    }
  }
  return std::to_string(bytes);
}

}  // namespace weir::gateway::config
