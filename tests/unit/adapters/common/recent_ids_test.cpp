#include "adapters/common/recent_ids.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::common {

TEST_CASE("an id is known by its topic, until newer ones have pushed it out") {
  RecentIds ids(2);
  ids.add("a", "1");
  CHECK(ids.contains("a", "1"));
  CHECK_FALSE(ids.contains("b", "1"));
  ids.add("b", "1");
  ids.add("b", "1");  // once is enough
  CHECK(ids.contains("a", "1"));
  ids.add("c", "1");
  CHECK_FALSE(ids.contains("a", "1"));
  CHECK(ids.contains("b", "1"));
  CHECK(ids.contains("c", "1"));
  CHECK(ids.size() == 2);
}

TEST_CASE("one that may remember nothing does not") {
  RecentIds ids(0);
  ids.add("a", "1");
  CHECK_FALSE(ids.contains("a", "1"));
  CHECK(ids.size() == 0);
}

}  // namespace weir::adapters::common
