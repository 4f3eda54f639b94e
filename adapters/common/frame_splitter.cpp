#include "adapters/common/frame_splitter.hpp"

#include "protocol/core/bytes.hpp"

#include <algorithm>
#include <utility>

namespace weir::adapters::common {

std::optional<Line> FrameSplitter::next() {
  const auto skipped = std::min(skipped_bytes_, buffer_.unread().size());
  buffer_.drop(skipped);
  skipped_bytes_ -= skipped;
  const auto rest = buffer_.unread();
  if (skipped_bytes_ != 0 || rest.size() < length_bytes) return std::nullopt;
  std::size_t length = 0;
  for (const auto byte : protocol::as_bytes(rest.substr(0, length_bytes))) {
    length = length << 8U | byte;
  }
  if (length > frame_bytes_max_) {
    buffer_.drop(length_bytes);
    skipped_bytes_ = length;
    return Line{{}, ++number_, true};
  }
  if (rest.size() - length_bytes < length) return std::nullopt;
  buffer_.drop(length_bytes + length);
  return Line{rest.substr(length_bytes, length), ++number_, false};
}

std::optional<Line> FrameSplitter::last() {
  const auto rest = buffer_.unread();
  buffer_.drop(rest.size());
  if (std::exchange(skipped_bytes_, 0) != 0 || rest.empty()) return std::nullopt;
  return Line{rest.substr(std::min(rest.size(), length_bytes)), ++number_, false};
}

}  // namespace weir::adapters::common
