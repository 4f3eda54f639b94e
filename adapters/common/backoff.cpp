#include "adapters/common/backoff.hpp"

#include <algorithm>

namespace weir::adapters::common {

Backoff::Backoff(Options options)
    : options_(options), limit_(std::min(options.first, options.ceiling)), engine_(options.seed) {
}

Milliseconds Backoff::next() {
  const auto span = static_cast<std::uint64_t>(limit_.count()) + 1;
  limit_ = std::min(limit_ * 2, options_.ceiling);
  return Milliseconds(static_cast<Milliseconds::rep>(engine_() % span));
}

}  // namespace weir::adapters::common
