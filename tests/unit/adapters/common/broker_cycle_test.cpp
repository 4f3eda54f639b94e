#include "adapters/common/broker_cycle.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace weir::adapters::common {

using std::chrono::milliseconds;

TEST_CASE("brokers are tried in their order, and only then is there a wait") {
  BrokerCycle cycle(3, {.first = milliseconds(100), .ceiling = milliseconds(1000), .seed = 1});
  CHECK(cycle.current() == 0);
  CHECK(cycle.on_failed() == milliseconds(0));
  CHECK(cycle.current() == 1);
  CHECK(cycle.on_failed() == milliseconds(0));
  CHECK(cycle.current() == 2);
  CHECK(cycle.on_failed() <= milliseconds(100));
  CHECK(cycle.current() == 0);
}

TEST_CASE("after a loss it begins again with the first") {
  BrokerCycle cycle(2, {.first = milliseconds(100), .ceiling = milliseconds(1000), .seed = 1});
  static_cast<void>(cycle.on_failed());
  CHECK(cycle.current() == 1);
  CHECK(cycle.on_lost(BrokerCycle::good) <= milliseconds(100));
  CHECK(cycle.current() == 0);
}

TEST_CASE("the waits grow where a connection never lasts, and are short again after a good one") {
  const auto longest = [](std::chrono::steady_clock::duration lasted) {
    BrokerCycle cycle(1, {.first = milliseconds(10), .ceiling = milliseconds(10000), .seed = 7});
    milliseconds wait{0};
    for (int i = 0; i < 50; ++i) wait = std::max(wait, cycle.on_lost(lasted));
    return wait;
  };
  CHECK(longest(std::chrono::seconds(1)) > milliseconds(1000));
  CHECK(longest(BrokerCycle::good) <= milliseconds(10));
}

}  // namespace weir::adapters::common
