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

TEST_CASE("a connection of ten times the longest wait before it, or of a minute, is good") {
  struct Case {
    unsigned failures;
    Duration good_after;
  };
  for (const auto& [failures, good_after] : {Case{1, Duration(5000)},
                                             Case{2, Duration(10'000)},
                                             Case{3, Duration(20'000)},
                                             Case{4, Duration(40'000)},
                                             Case{5, Duration(60'000)},
                                             Case{9, Duration(60'000)}}) {
    CAPTURE(failures);
    for (const bool is_good : {false, true}) {
      Backoff backoff([] { return 30'000U; });
      for (unsigned i = 0; i < failures; ++i) (void)backoff.next();
      backoff.on_lost(good_after - Duration(is_good ? 0 : 1));
      CHECK((backoff.next() == Duration(30'000 % 501)) == is_good);
    }
  }
}

}  // namespace weir::clients::cpp
