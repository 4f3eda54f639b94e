#include "adapters/common/line_splitter.hpp"

namespace weir::adapters::common {

std::optional<Line> LineSplitter::next() {
  for (;;) {
    const auto rest = buffer_.unread();
    const auto end = rest.find('\n', scanned_);
    const bool is_whole = end != std::string_view::npos;
    const auto text = rest.substr(0, end);
    const bool is_too_long = text.size() > line_bytes_max_;
    const bool was_told = is_skipping_;
    is_skipping_ = !is_whole && (is_too_long || was_told);
    const bool is_done_with = is_whole || is_skipping_;
    if (is_done_with) buffer_.drop(is_whole ? end + 1 : rest.size());
    scanned_ = is_done_with ? 0 : rest.size();
    if (was_told) {
      if (!is_whole) return std::nullopt;
      continue;
    }
    if (is_too_long) return Line{{}, ++number_, true};
    if (!is_whole) return std::nullopt;
    return Line{text, ++number_, false};
  }
}

std::optional<Line> LineSplitter::last() {
  const auto text = buffer_.unread();
  buffer_.drop(text.size());
  scanned_ = 0;
  if (is_skipping_ || text.empty()) return std::nullopt;
  return Line{text, ++number_, false};
}

}  // namespace weir::adapters::common
