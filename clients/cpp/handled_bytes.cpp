#include "clients/cpp/handled_bytes.hpp"

namespace weir::clients::cpp {

void HandledBytes::add(TimePoint now, std::uint64_t bytes) {
  handled_ += bytes;
  if (!waiting_since_) waiting_since_ = now;
}

TimePoint HandledBytes::deadline() const {
  return window_bytes_ == 0 || !waiting_since_ ? never : *waiting_since_ + flush_after;
}

std::optional<std::uint64_t> HandledBytes::take_due(TimePoint now) {
  if (window_bytes_ == 0 || !waiting_since_) return std::nullopt;
  const bool is_much = handled_ - acknowledged_ >= window_bytes_ / 4;
  if (!is_much && now < *waiting_since_ + flush_after) return std::nullopt;
  acknowledged_ = handled_;
  waiting_since_.reset();
  return handled_;
}

}  // namespace weir::clients::cpp
