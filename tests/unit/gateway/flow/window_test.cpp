#include "gateway/flow/window.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

namespace weir::gateway::flow {

TEST_CASE("without a window everything may go") {
  Window window;
  window.on_sent(1'000'000);
  CHECK(window.may_send(std::numeric_limits<std::uint32_t>::max()));
}

TEST_CASE("a delivery goes when it fits exactly, and one byte more does not") {
  Window window;
  window.set_size(100);
  window.on_sent(40);
  CHECK(window.may_send(60));
  CHECK_FALSE(window.may_send(61));
  window.on_acknowledged(1);
  CHECK(window.may_send(61));
}

TEST_CASE("a delivery larger than the window goes alone") {
  Window window;
  window.set_size(100);
  CHECK(window.may_send(5000));
  window.on_sent(5000);
  CHECK_FALSE(window.may_send(1));
  window.on_acknowledged(4999);
  CHECK(window.may_send(99));
  CHECK_FALSE(window.may_send(100));
  window.on_acknowledged(5000);
  CHECK(window.may_send(5000));
}

TEST_CASE("acknowledgements that cannot be change nothing") {
  Window window;
  window.set_size(10);
  window.on_sent(10);
  window.on_acknowledged(std::numeric_limits<std::uint64_t>::max());
  CHECK(window.may_send(10));
  window.on_sent(10);
  window.on_acknowledged(3);  // less than was acknowledged before
  CHECK_FALSE(window.may_send(1));
}

TEST_CASE("what is outstanding never exceeds the window, or one delivery") {
  const auto seed = tests::seed_or(23);
  CAPTURE(seed);
  tests::Random random(seed);
  Window window;
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t size = 500;
  window.set_size(size);
  for (int step = 0; step < 20'000; ++step) {
    const auto bytes = 1 + random.below(random.once_in(10) ? 2000 : 200);
    if (window.may_send(bytes)) {
      REQUIRE((sent == acknowledged || sent + bytes - acknowledged <= size));
      window.on_sent(bytes);
      sent += bytes;
    } else {
      REQUIRE(sent + bytes - acknowledged > size);
    }
    if (random.once_in(3)) {
      acknowledged += random.below(sent - acknowledged + 1);
      window.on_acknowledged(acknowledged);
    }
    if (random.once_in(500)) {
      size = 1 + random.below(1000);
      window.set_size(size);
    }
  }
}

}  // namespace weir::gateway::flow
