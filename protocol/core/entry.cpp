#include "protocol/core/entry.hpp"

#include <array>
#include <string_view>

namespace weir::protocol {
namespace {

constexpr std::array<std::string_view, 4> kind_names{"value", "record", "table", "stream"};
constexpr std::array<std::string_view, 7> cause_names{
    "overflow", "truncated", "epoch", "future", "source", "filtered", "unknown"};

}  // namespace

std::size_t Entry::content_bytes() const {
  auto bytes = key.size() + payload.bytes.size() + mid.size();
  for (const auto& field : fields) bytes += field.name.size() + field.json.size();
  return bytes;
}

std::string_view name(Kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

std::string_view name(GapCause cause) {
  return cause_names.at(static_cast<std::size_t>(cause));
}

std::optional<Kind> find_kind(std::string_view name) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names.at(i) == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

}  // namespace weir::protocol
