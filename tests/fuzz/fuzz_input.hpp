#pragma once

#include "protocol/core/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::tests::fuzz {

/// Takes a fuzz input apart: first the choices of the target, byte by byte, then what is left.
class FuzzInput {
public:
  explicit FuzzInput(protocol::ByteView bytes) : bytes_(bytes) {}

  /// 0 to 255; 0 when the input is used up.
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  bool flag() { return byte() % 2 == 1; }
  /// Three sizes of reads, to be used in turn.
  std::vector<std::size_t> cuts() {
    std::vector<std::size_t> sizes(3);
    for (auto& size : sizes) size = 1 + byte();
    return sizes;
  }
  [[nodiscard]] std::string_view rest() const { return protocol::as_text(bytes_); }

private:
  protocol::ByteView bytes_;
};

}  // namespace weir::tests::fuzz
