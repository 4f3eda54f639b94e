#include "adapters/common/backoff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace weir::adapters::common {

TEST_CASE("waits are jittered over the whole span, which doubles up to the ceiling") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Backoff backoff({.first = Milliseconds(100), .ceiling = Milliseconds(1000), .seed = seed});
    for (const int limit : {100, 200, 400, 800, 1000, 1000}) {
      const auto wait = backoff.next();
      CHECK(wait >= Milliseconds(0));
      CHECK(wait <= Milliseconds(limit));
    }
  }
}

TEST_CASE("the span is used from end to end, and differs from seed to seed") {
  std::set<Milliseconds> first;
  for (std::uint64_t seed = 0; seed < 2000; ++seed)
    first.insert(Backoff({.first = Milliseconds(9), .seed = seed}).next());
  CHECK(first.size() == 10);
  CHECK(*first.begin() == Milliseconds(0));
  CHECK(*first.rbegin() == Milliseconds(9));
}

TEST_CASE("after the source was reached it begins anew") {
  Backoff backoff({.first = Milliseconds(2), .ceiling = Milliseconds(100000), .seed = 1});
  for (int i = 0; i < 20; ++i) static_cast<void>(backoff.next());
  backoff.reset();
  CHECK(backoff.next() <= Milliseconds(2));
}

}  // namespace weir::adapters::common
