#include "gateway/session/identity_places.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace weir::gateway::session {
namespace {

TEST_CASE("as many as the limit, not one more, and each subject for itself") {
  IdentityCounter counter(2);
  CHECK(counter.take("alice"));
  CHECK(counter.take("alice"));
  CHECK_FALSE(counter.take("alice"));
  CHECK(counter.take("bob"));
  counter.release("alice");
  CHECK(counter.take("alice"));
  CHECK_FALSE(counter.take("alice"));
}

TEST_CASE("nothing stays of who has left") {
  IdentityCounter counter(2);
  CHECK(counter.take("alice"));
  CHECK(counter.take("alice"));
  CHECK(counter.size() == 1);
  counter.release("alice");
  counter.release("alice");
  CHECK(counter.size() == 0);
}

TEST_CASE("a place is held once, and given back with its object") {
  IdentityCounter counter(1);
  {
    IdentityPlace place;
    CHECK(place.hold(&counter, "alice"));
    CHECK(place.hold(&counter, "alice"));
    IdentityPlace refused;
    CHECK_FALSE(refused.hold(&counter, "alice"));
  }
  IdentityPlace again;
  CHECK(again.hold(&counter, "alice"));
}

TEST_CASE("a place moves with its holder") {
  IdentityCounter counter(1);
  IdentityPlace target;
  {
    IdentityPlace place;
    CHECK(place.hold(&counter, "alice"));
    target = std::move(place);
  }
  IdentityPlace refused;
  CHECK_FALSE(refused.hold(&counter, "alice"));
  CHECK(refused.hold(&counter, "bob"));
  target = std::move(refused);
  CHECK(counter.take("alice"));
  CHECK_FALSE(counter.take("bob"));
}

TEST_CASE("who is nobody in particular is not counted") {
  IdentityCounter counter(1);
  IdentityPlace first;
  IdentityPlace second;
  CHECK(first.hold(&counter, ""));
  CHECK(second.hold(&counter, ""));
  CHECK(first.hold(nullptr, "alice"));
  CHECK(counter.size() == 0);
}

}  // namespace
}  // namespace weir::gateway::session
