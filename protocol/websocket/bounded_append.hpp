#pragma once

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>

namespace weir::protocol::websocket {

/// Appends so that neither size nor capacity of `out` passes `bytes_max`: doubling as strings do,
/// but not beyond the limit. Shape: out.size() + bytes.size() <= bytes_max.
inline void bounded_append(std::string& out, std::string_view bytes, std::size_t bytes_max) {
  const auto size = out.size() + bytes.size();
  assert(size <= bytes_max);
  if (size > out.capacity()) {
    std::string grown;  // not out.reserve(), which may round up to twice the old capacity
    grown.reserve(std::max(size, std::min(2 * out.capacity(), bytes_max)));
    grown.append(out);
    out.swap(grown);
  }
  out.append(bytes);
}

}  // namespace weir::protocol::websocket
