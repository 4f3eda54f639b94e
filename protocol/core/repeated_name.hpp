#pragma once

#include <span>
#include <string_view>

namespace weir::protocol {

/// A name that occurs twice, or nullptr. Reorders the names.
[[nodiscard]] const std::string_view* find_repeated(std::span<std::string_view> names);

}  // namespace weir::protocol
