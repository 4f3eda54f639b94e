#include "adapters/common/wake_up.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace weir::adapters::common {

WakeUp::WakeUp() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

WakeUp::~WakeUp() {
  close(descriptor_);
}

void WakeUp::signal() {
  if (is_woken_.exchange(true)) return;
  const std::uint64_t one = 1;
  // Cannot fail: at most one signal is counted at a time.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

void WakeUp::acknowledge() {
  std::uint64_t count = 0;
  // The counter first: the other way round, a signal in between would be read away with its flag
  // still set, and no later one would ever come.
  [[maybe_unused]] const auto taken = read(descriptor_, &count, sizeof count);
  is_woken_.exchange(false);
}

}  // namespace weir::adapters::common
