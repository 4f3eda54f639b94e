#include "gateway/net/write_budget.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace weir::gateway::net {

WriteBudget::WriteBudget(std::size_t bytes_max)
    : bytes_(static_cast<std::uint32_t>(std::min(first_bytes, bytes_max))),
      bytes_max_(static_cast<std::uint32_t>(bytes_max)) {
  assert(bytes_max > 0 && bytes_max <= std::numeric_limits<std::uint32_t>::max() / 2);
}

void WriteBudget::on_end(std::size_t bytes, TimePoint now) {
  const auto elapsed = now - began_at_;
  // A small write that was taken soon does not show what the socket could have taken.
  if (elapsed < span && bytes < bytes_ / 2) return;
  const auto ratio = static_cast<double>(span.count()) /
                     static_cast<double>(std::max<Duration::rep>(elapsed.count(), 1));
  const double most = std::min(bytes_max_, 2 * bytes_);
  const auto taken = std::clamp(static_cast<double>(bytes) * ratio, 1.0, most);
  bytes_ = static_cast<std::uint32_t>(taken);
}

}  // namespace weir::gateway::net
