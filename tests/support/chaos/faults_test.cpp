#include "tests/support/chaos/faults.hpp"

#include <doctest/doctest.h>

namespace weir::tests::chaos {
namespace {

TEST_CASE("numbers go to both directions") {
  Network network;
  for (const char* command : {"split 1", "delay 20", "jitter 30", "rate 8000"}) {
    CAPTURE(command);
    CHECK(network.apply(command));
  }
  for (const auto& faults : {network.up, network.down}) {
    CHECK(faults.split_bytes == 1);
    CHECK(faults.delay == std::chrono::milliseconds(20));
    CHECK(faults.jitter == std::chrono::milliseconds(30));
    CHECK(faults.bytes_per_s == 8000);
  }
}

TEST_CASE("a blackhole has a direction, and a freeze has both") {
  Network network;
  CHECK(network.apply("blackhole up"));
  CHECK(network.up.is_held);
  CHECK_FALSE(network.down.is_held);
  CHECK(network.apply("blackhole off"));
  CHECK(network.apply("blackhole down"));
  CHECK_FALSE(network.up.is_held);
  CHECK(network.down.is_held);
  CHECK(network.apply("freeze"));
  CHECK(network.up.is_held);
  CHECK(network.is_frozen);
  CHECK(network.apply("thaw"));
  CHECK_FALSE(network.up.is_held);
  CHECK_FALSE(network.down.is_held);
  CHECK_FALSE(network.is_frozen);
}

TEST_CASE("what is no command changes nothing") {
  Network network;
  for (const char* command :
       {"", "split", "split x", "split 1 ", "split -1", "shake 1", "refuse", "Freeze"}) {
    CAPTURE(command);
    CHECK_FALSE(network.apply(command));
  }
  CHECK(network.up.split_bytes == 0);
  CHECK_FALSE(network.refuses);
  CHECK(network.apply("refuse on"));
  CHECK(network.refuses);
}

}  // namespace
}  // namespace weir::tests::chaos
