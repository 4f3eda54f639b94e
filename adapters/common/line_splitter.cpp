#include "adapters/common/line_splitter.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace weir::adapters::common {

LineSplitter::LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {
  resize(usual_bytes);
}

void LineSplitter::resize(std::size_t bytes) {
  std::vector<char> larger(bytes);
  const std::string_view rest = unread();
  if (!rest.empty()) std::memcpy(larger.data(), rest.data(), rest.size());
  buffer_ = std::move(larger);
  scanned_ -= begin_;
  end_ -= begin_;
  begin_ = 0;
}

std::string_view LineSplitter::unread() const {
  return {buffer_.data() + begin_, end_ - begin_};
}

std::span<char> LineSplitter::prepare() {
  const std::size_t rest = end_ - begin_;
  // a whole line at the limit fits with room to spare, so this is as large as it gets
  const std::size_t larger = std::min(buffer_.size() * 2, line_bytes_max_ + usual_bytes);
  if (rest == 0 && buffer_.size() > usual_bytes) {
    resize(usual_bytes);  // a long line is rare; its buffer does not stay
  } else if (rest >= buffer_.size() / 2 && larger > buffer_.size()) {
    resize(larger);
  } else if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
    scanned_ -= begin_;
    begin_ = 0;
    end_ = rest;
  }
  assert(end_ < buffer_.size());
  return {buffer_.data() + end_, buffer_.size() - end_};
}

void LineSplitter::commit(std::size_t bytes) {
  assert(bytes <= buffer_.size() - end_);
  end_ += bytes;
}

std::optional<Line> LineSplitter::next() {
  for (;;) {
    const void* found = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
    const std::size_t at =
        found == nullptr
            ? end_
            : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
    const std::string_view text(buffer_.data() + begin_, at - begin_);
    const bool is_too_long = text.size() > line_bytes_max_;
    const bool was_told = is_skipping_;
    if (found != nullptr) {
      begin_ = at + 1;
      is_skipping_ = false;
    } else if (is_too_long || is_skipping_) {
      begin_ = at;
      is_skipping_ = true;
    }
    scanned_ = found != nullptr ? begin_ : at;
    if (was_told) {
      if (found == nullptr) return std::nullopt;
      continue;
    }
    if (is_too_long) return Line{{}, ++number_, true};
    if (found == nullptr) return std::nullopt;
    return Line{text, ++number_, false};
  }
}

std::optional<Line> LineSplitter::last() {
  const std::string_view text = unread();
  begin_ = end_;
  scanned_ = end_;
  if (is_skipping_ || text.empty()) return std::nullopt;
  return Line{text, ++number_, false};
}

}  // namespace weir::adapters::common
