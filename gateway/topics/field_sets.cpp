#include "gateway/topics/field_sets.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::topics {

FieldSetPtr FieldSets::intern(std::vector<std::string> names) {
  if (names.empty()) return nullptr;
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  if (const auto known = sets_.find(names); known != sets_.end()) return known->second;
  const bool has_room = sets_.size() < sets_max;
  const auto number = has_room ? static_cast<std::uint32_t>(sets_.size() + 1) : 0;
  auto set = std::make_shared<const FieldSet>(FieldSet{number, names});
  if (has_room) sets_.emplace(std::move(names), set);
  return set;
}

FieldSetPtr FieldSets::unite(const FieldSetPtr& a, const FieldSetPtr& b) {
  if (!a || !b) return nullptr;
  if (a == b) return a;
  auto names = a->names;
  names.insert(names.end(), b->names.begin(), b->names.end());
  return intern(std::move(names));
}

}  // namespace weir::gateway::topics
