#include "protocol/core/repeated_name.hpp"

#include <algorithm>
#include <cstddef>

namespace weir::protocol {

const std::string_view* find_repeated(std::span<std::string_view> names) {
  constexpr std::size_t few = 8;  // comparing each with each is cheaper than sorting
  if (names.size() > few) {
    std::ranges::sort(names);
    const auto repeated = std::ranges::adjacent_find(names);
    return repeated == names.end() ? nullptr : &*repeated;
  }
  for (std::size_t i = 1; i < names.size(); ++i) {
    const auto before = names.first(i);
    if (std::ranges::find(before, names[i]) != before.end()) return &names[i];
  }
  return nullptr;
}

}  // namespace weir::protocol
