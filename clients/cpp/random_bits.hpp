#pragma once

#include <cstdint>

namespace weir::clients::cpp {

/// Sixty-four bits that nobody can predict.
[[nodiscard]] std::uint64_t random_bits();

}  // namespace weir::clients::cpp
