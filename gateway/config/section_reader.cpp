#include "gateway/config/section_reader.hpp"

#include "protocol/core/nearest_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::gateway::config {

std::string full_key(std::string_view section, std::string_view name) {
  return section.empty() ? std::string(name) : fmt::format("{}.{}", section, name);
}

void add_mistakes(const std::string& key, const Faults& faults, Mistakes& mistakes) {
  for (const auto& fault : faults) {
    mistakes.push_back({fault.place, key, fault.what, fault.expected});
  }
}

void add_unknown_key(std::string_view section,
                     const Member& member,
                     std::span<const std::string_view> known,
                     Mistakes& mistakes) {
  const auto nearest = protocol::nearest_name(member.key, known);
  const auto expected = nearest.empty() ? fmt::format("known here: {}", fmt::join(known, ", "))
                                        : fmt::format("did you mean {}?", nearest);
  mistakes.push_back({member.place, full_key(section, member.key), "is not a known key", expected});
}

}  // namespace weir::gateway::config
