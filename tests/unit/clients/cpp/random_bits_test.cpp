#include "clients/cpp/random_bits.hpp"

#include <doctest/doctest.h>

#include <set>

namespace weir::clients::cpp {

TEST_CASE("random bits do not repeat, and every bit is sometimes set and sometimes not") {
  std::set<std::uint64_t> seen;
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  constexpr int draws = 256;  // a bit that stays the same in all of them: once in 2^249 runs
  for (int i = 0; i < draws; ++i) {
    const auto bits = random_bits();
    seen.insert(bits);
    ones |= bits;
    zeros |= ~bits;
  }
  CHECK(seen.size() == draws);
  CHECK(ones == ~std::uint64_t{0});
  CHECK(zeros == ~std::uint64_t{0});
}

}  // namespace weir::clients::cpp
