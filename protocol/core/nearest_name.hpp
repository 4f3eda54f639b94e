#pragma once

#include <span>
#include <string_view>

namespace weir::protocol {

/// The known name that somebody who wrote `name` probably meant, or an empty view where none is
/// near: at most a third of its letters inserted, removed, replaced or swapped with their
/// neighbour.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> known);

}  // namespace weir::protocol
