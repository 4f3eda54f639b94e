#include "gateway/console/assets.hpp"

#include <algorithm>

namespace weir::gateway::console {

const Asset* find_asset(std::string_view path) {
  const auto all = assets();
  const auto found = std::ranges::find(all, path, &Asset::path);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace weir::gateway::console
