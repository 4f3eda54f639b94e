#pragma once

#include <algorithm>
#include <cstdint>

namespace weir::gateway::flow {

/// What a client has been sent and has not yet acknowledged as handled, in delivery payload bytes
/// since the connection began. At most `window_bytes` are outstanding, or one delivery where that
/// alone is larger.
class Window {
public:
  /// 0: no window.
  void set_size(std::uint64_t window_bytes) { size_ = window_bytes; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  [[nodiscard]] bool may_send(std::uint64_t bytes) const {
    return size_ == 0 || sent_ == acknowledged_ || sent_ - acknowledged_ + bytes <= size_;
  }
  /// What is outstanding; 0 without a window.
  [[nodiscard]] std::uint64_t used() const { return size_ == 0 ? 0 : sent_ - acknowledged_; }
  void on_sent(std::uint64_t bytes) { sent_ += bytes; }
  /// `total` is since the connection began; more than was sent, or less than before, counts as what
  /// is possible.
  void on_acknowledged(std::uint64_t total) {
    acknowledged_ = std::clamp(total, acknowledged_, sent_);
  }

private:
  std::uint64_t size_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace weir::gateway::flow
