#include "gateway/console/assets.hpp"

#include <algorithm>
#include <string>

namespace weir::gateway::console {
namespace {

constexpr std::string_view operator_folder = "/operator";

bool is_of_operators(std::string_view path) {
  return path.starts_with(std::string(operator_folder) + '/');
}

}  // namespace

const Asset* find_asset(Site site, std::string_view path) {
  if (site == Site::clients && is_of_operators(path)) return nullptr;
  const auto wanted =
      (site == Site::operators ? std::string(operator_folder) : std::string()) + std::string(path);
  const auto all = assets();
  const auto found = std::ranges::find(all, wanted, &Asset::path);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace weir::gateway::console
