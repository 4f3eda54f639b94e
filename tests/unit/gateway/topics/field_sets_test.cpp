#include "gateway/topics/field_sets.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::topics {
namespace {

TEST_CASE("equal choices are one set, in whatever order they were named") {
  FieldSets sets;
  const auto first = sets.intern({"bid", "ask"});
  CHECK(first == sets.intern({"ask", "bid", "ask"}));
  CHECK(first->names == std::vector<std::string>{"ask", "bid"});
  CHECK(first->number != 0);
  CHECK(sets.intern({"bid"})->number != first->number);
  CHECK(sets.intern({}) == nullptr);
}

TEST_CASE("a union has what either has, and all is more than any choice") {
  FieldSets sets;
  const auto bid = sets.intern({"bid"});
  const auto ask = sets.intern({"ask"});
  CHECK(sets.unite(bid, ask) == sets.intern({"ask", "bid"}));
  CHECK(sets.unite(bid, bid) == bid);
  CHECK(sets.unite(bid, nullptr) == nullptr);
}

TEST_CASE("1024 choices get a number, the next ones work without") {
  FieldSets sets;
  for (std::size_t i = 0; i < FieldSets::sets_max; ++i) {
    REQUIRE(sets.intern({std::to_string(i)})->number == i + 1);
  }
  const auto late = sets.intern({"late"});
  CHECK(late->number == 0);
  CHECK(late->names == std::vector<std::string>{"late"});
}

}  // namespace
}  // namespace weir::gateway::topics
