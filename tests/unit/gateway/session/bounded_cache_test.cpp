#include "gateway/session/bounded_cache.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::gateway::session {

TEST_CASE("a bounded cache drops the oldest when it holds too many bytes") {
  BoundedCache<int, std::string, std::hash<int>> cache(10);
  cache.keep(1, "one", 4);
  cache.keep(2, "two", 6);
  REQUIRE(cache.find(1) != nullptr);
  cache.keep(3, "three", 1);
  CHECK(cache.find(1) == nullptr);
  REQUIRE(cache.find(3) != nullptr);
  CHECK(*cache.find(3) == "three");
  CHECK(cache.held_bytes() == 7);
  cache.keep(4, "more than fits", 11);
  CHECK(cache.held_bytes() == 0);
}

// A hash that was linear in both offsets had chains of ten in tables of 172,933 buckets, which is
// what the frames of one busy topic fill.
TEST_CASE("keys of neighbouring entries share few buckets, whatever the size of the table") {
  constexpr std::uint64_t keys = 20'000;
  for (const std::size_t buckets : {20'753U, 85'229U, 172'933U, 351'061U, 16'384U}) {
    CAPTURE(buckets);
    std::vector<std::uint64_t> held(buckets);
    for (std::uint64_t offset = 1; offset <= keys; ++offset) {
      ++held[hash_of({7, offset - 1, offset, 0}) % buckets];
    }
    std::uint64_t compared = 0;  // to find each key once, if all others of its bucket are looked at
    for (const auto count : held) compared += count * count;
    CHECK(compared < 3 * keys);
  }
}

}  // namespace weir::gateway::session
