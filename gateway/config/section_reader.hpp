#pragma once

#include "gateway/config/key.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::config {

using Mistakes = std::vector<ConfigMistake>;

/// "limits.cells", or the name alone above the first section.
[[nodiscard]] std::string full_key(std::string_view section, std::string_view name);

void add_mistakes(const std::string& key, const Faults& faults, Mistakes& mistakes);

/// A key that nobody knows, with the nearest of those that somebody does.
void add_unknown_key(std::string_view section,
                     const Member& member,
                     std::span<const std::string_view> known,
                     Mistakes& mistakes);

/// Reads what `keys` describe out of a table; returns the members that they do not.
template <class S>
std::vector<const Member*> read_keys(std::string_view section,
                                     const Node& table,
                                     const std::vector<Key<S>>& keys,
                                     S& out,
                                     Mistakes& mistakes) {
  std::vector<const Member*> others;
  for (const auto& member : *table.table()) {
    const auto found = std::ranges::find(keys, std::string_view(member.key), &Key<S>::name);
    if (found == keys.end()) {
      others.push_back(&member);
      continue;
    }
    Faults faults;
    found->read(member.value, out, faults);
    add_mistakes(full_key(section, member.key), faults, mistakes);
  }
  for (const auto& each : keys) {
    if (each.presence == Presence::optional || table.find(each.name) != nullptr) continue;
    mistakes.push_back(
        {table.place, full_key(section, each.name), "is missing", "expected " + each.expected});
  }
  return others;
}

template <class S>
[[nodiscard]] std::vector<std::string_view> names_of(const std::vector<Key<S>>& keys) {
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const auto& each : keys) names.push_back(each.name);
  return names;
}

/// Reads a section that has these keys and no others.
template <class S>
void read_section(std::string_view section,
                  const Node& table,
                  const std::vector<Key<S>>& keys,
                  S& out,
                  Mistakes& mistakes) {
  const auto names = names_of(keys);
  for (const auto* member : read_keys(section, table, keys, out, mistakes)) {
    add_unknown_key(section, *member, names, mistakes);
  }
}

}  // namespace weir::gateway::config
