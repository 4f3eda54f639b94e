#include "clients/cpp/backoff.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace weir::clients::cpp {
namespace {

/// The longest wait after `failures` failures, found by asking with every remainder near the top.
Duration longest(unsigned failures) {
  Duration longest(0);
  for (std::uint64_t random = 0; random <= 30'001; ++random) {
    Backoff backoff([&] { return random; });
    for (unsigned i = 0; i < failures; ++i) (void)backoff.next();
    longest = std::max(longest, backoff.next());
  }
  return longest;
}

}  // namespace

TEST_CASE("the longest wait doubles from half a second to thirty") {
  CHECK(longest(0) == Duration(500));
  CHECK(longest(1) == Duration(1000));
  CHECK(longest(5) == Duration(16'000));
  CHECK(longest(6) == Duration(30'000));
  CHECK(longest(7) == Duration(30'000));
}

TEST_CASE("a wait is anything from nothing on") {
  Backoff backoff([] { return 0U; });
  CHECK(backoff.next() == Duration(0));
  CHECK(backoff.next() == Duration(0));
}

TEST_CASE("many failures do not overflow") {
  Backoff backoff([] { return std::numeric_limits<std::uint64_t>::max(); });
  for (int i = 0; i < 1000; ++i) {
    const auto wait = backoff.next();
    CHECK(wait >= Duration(0));
    CHECK(wait <= Backoff::last_max);
  }
}

TEST_CASE("what the gateway asked for comes on top") {
  Backoff backoff([] { return 100U; });
  CHECK(backoff.next(Duration(2000)) == Duration(2100));
  CHECK(backoff.next(Duration(-5)) == Duration(100));
}

TEST_CASE("after a reset the row begins anew") {
  Backoff backoff([] { return 700U; });
  CHECK(backoff.next() == Duration(700 % 501));
  CHECK(backoff.next() == Duration(700));
  backoff.reset();
  CHECK(backoff.next() == Duration(700 % 501));
}

}  // namespace weir::clients::cpp
