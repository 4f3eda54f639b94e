#include "adapters/common/demand_set.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

namespace weir::adapters::common {

using Subscription = DemandSet::Subscription;
using Subscriptions = std::vector<Subscription>;

TEST_CASE("what is wanted is subscribed to, once") {
  DemandSet demand;
  CHECK(demand.want("a/b") == Subscription{1, "a/b"});
  CHECK_FALSE(demand.want("a/b"));
  CHECK(demand.want("a/c") == Subscription{2, "a/c"});
  CHECK(demand.unwant("a/b") == Subscriptions{{1, "a/b"}});
  CHECK(demand.unwant("a/b").empty());
  CHECK(demand.want("a/b") == Subscription{3, "a/b"});
  CHECK(demand.subscriptions() == Subscriptions{{2, "a/c"}, {3, "a/b"}});
}

TEST_CASE("what a subscription covers needs no other, and keeps it") {
  DemandSet demand;
  REQUIRE(demand.want("a/+"));
  CHECK_FALSE(demand.want("a/b"));
  CHECK(demand.unwant("a/+").empty());
  CHECK(demand.owner_of("a/b") == 1);
  CHECK(demand.unwant("a/b") == Subscriptions{{1, "a/+"}});
  CHECK(demand.owner_of("a/b") == 0);
}

TEST_CASE("an older subscription goes on while a wider one has come") {
  DemandSet demand;
  REQUIRE(demand.want("a/b"));
  CHECK(demand.want("a/#") == Subscription{2, "a/#"});
  CHECK(demand.owner_of("a/b") == 1);
  CHECK(demand.owner_of("a/c") == 2);
  CHECK(demand.unwant("a/b").empty());  // between the two, messages could be lost or doubled
  CHECK(demand.owner_of("a/b") == 1);
  CHECK(demand.unwant("a/#") == Subscriptions{{1, "a/b"}, {2, "a/#"}});
}

TEST_CASE("where patterns cross, the oldest is the owner") {
  DemandSet demand;
  REQUIRE(demand.want("+/b"));
  REQUIRE(demand.want("a/+"));
  CHECK(demand.owner_of("a/b") == 1);
  CHECK(demand.owner_of("a/c") == 2);
  CHECK(demand.owner_of("c/d") == 0);
  CHECK(demand.unwant("+/b").empty());
  CHECK(demand.unwant("a/+") == Subscriptions{{1, "+/b"}, {2, "a/+"}});
}

TEST_CASE("a subscription that has nothing to do with what has ended stays") {
  DemandSet demand;
  REQUIRE(demand.want("a/+"));
  REQUIRE(demand.want("b/c"));
  CHECK(demand.unwant("b/c") == Subscriptions{{2, "b/c"}});
  CHECK(demand.subscriptions() == Subscriptions{{1, "a/+"}});
}

}  // namespace weir::adapters::common
