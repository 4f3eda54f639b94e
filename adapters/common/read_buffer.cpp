#include "adapters/common/read_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace weir::adapters::common {

void ReadBuffer::resize(std::size_t bytes) {
  std::vector<char> larger(bytes);
  std::ranges::copy(unread(), larger.begin());
  buffer_ = std::move(larger);
  end_ -= begin_;
  begin_ = 0;
}

std::span<char> ReadBuffer::prepare(std::size_t message_bytes_max) {
  const std::size_t rest = end_ - begin_;
  // a whole message at the limit fits with room to spare, so this is as large as it gets
  const std::size_t larger = std::min(buffer_.size() * 2, message_bytes_max + usual_bytes);
  if (rest == 0 && buffer_.size() > usual_bytes) {
    resize(usual_bytes);  // a long message is rare; its buffer does not stay
  } else if (rest >= buffer_.size() / 2 && larger > buffer_.size()) {
    resize(larger);
  } else if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, rest);
    begin_ = 0;
    end_ = rest;
  }
  assert(end_ < buffer_.size());
  return std::span(buffer_).subspan(end_);
}

void ReadBuffer::commit(std::size_t bytes) {
  assert(bytes <= buffer_.size() - end_);
  end_ += bytes;
}

void ReadBuffer::drop(std::size_t bytes) {
  assert(bytes <= end_ - begin_);
  begin_ += bytes;
}

}  // namespace weir::adapters::common
