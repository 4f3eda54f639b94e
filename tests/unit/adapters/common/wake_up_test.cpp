#include "adapters/common/wake_up.hpp"

#include <doctest/doctest.h>

#include <poll.h>

namespace weir::adapters::common {
namespace {

bool is_readable(const WakeUp& wake_up) {
  pollfd watched{wake_up.descriptor(), POLLIN, 0};
  return poll(&watched, 1, 0) == 1;
}

}  // namespace

TEST_CASE("a signal stays until it is acknowledged, however often it was given") {
  WakeUp wake_up;
  CHECK_FALSE(is_readable(wake_up));
  wake_up.signal();
  wake_up.signal();
  CHECK(is_readable(wake_up));
  wake_up.acknowledge();
  CHECK_FALSE(is_readable(wake_up));
  wake_up.signal();
  CHECK(is_readable(wake_up));
}

}  // namespace weir::adapters::common
