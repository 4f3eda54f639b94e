#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::gateway::net {

/// How many bytes the next write of a connection may carry: what its socket took in half a second,
/// so that what does not fit stays where it can still be conflated. Learns from each write how
/// fast the socket is; between writes it knows nothing, so an idle time changes nothing.
class WriteBudget {
public:
  static constexpr std::size_t first_bytes = std::size_t{16} * 1024;
  static constexpr Duration span = std::chrono::milliseconds(500);

  explicit WriteBudget(std::size_t bytes_max);

  /// At least 1, at most the maximum. What yields at least one frame may go beyond it.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  void on_begin(TimePoint now) { began_at_ = now; }
  /// The socket has taken all `bytes` of the write that began last. Grows at most twofold, because
  /// a write that is taken at once says no more than that.
  void on_end(std::size_t bytes, TimePoint now);

private:
  TimePoint began_at_{};
  std::uint32_t bytes_;
  std::uint32_t bytes_max_;
};

}  // namespace weir::gateway::net
