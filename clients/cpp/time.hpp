#pragma once

#include <chrono>

namespace weir::clients::cpp {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::milliseconds;

inline constexpr TimePoint never = TimePoint::max();

}  // namespace weir::clients::cpp
