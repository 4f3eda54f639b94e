#include "gateway/session/bearer.hpp"

#include "tests/unit/gateway/session/scripted_authenticator.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::session {
namespace {

TEST_CASE("who shows no token is anonymous, or nobody") {
  const Scripted open(true);
  const Bearer anonymous(open);
  CHECK(anonymous.is_admitted());
  CHECK(anonymous.rights().may_read("public"));
  CHECK_FALSE(anonymous.is_expired(1'000'000));
  CHECK(anonymous.subject().empty());

  const Scripted closed(false);
  const Bearer nobody(closed);
  CHECK_FALSE(nobody.is_admitted());
  CHECK_FALSE(nobody.rights().may_subscribe("public"));
  CHECK_FALSE(nobody.rights().may_read("public"));
  CHECK_FALSE(nobody.rights().may_publish("public"));
}

TEST_CASE("a token replaces what anonymous may do, and ends at its time") {
  const Scripted open(true);
  Bearer bearer(open);
  REQUIRE(bearer.show("alice/a", 0));
  CHECK(bearer.has_token());
  CHECK(bearer.subject() == "alice");
  CHECK(bearer.rights().may_read("a"));
  CHECK_FALSE(bearer.rights().may_read("public"));
  CHECK(bearer.expires_unix_ms() == 1000);
  CHECK_FALSE(bearer.is_expired(999));
  CHECK(bearer.is_expired(1000));
}

TEST_CASE("a later token may bring other rights and not another subject") {
  const Scripted closed(false);
  Bearer bearer(closed);
  CHECK(bearer.show("rubbish", 0).error().code == protocol::ErrorCode::bad_token);
  CHECK_FALSE(bearer.is_admitted());
  REQUIRE(bearer.show("alice/a", 0));
  REQUIRE(bearer.show("alice/b", 0));
  CHECK(bearer.rights().may_read("b"));
  CHECK_FALSE(bearer.rights().may_read("a"));
  CHECK(bearer.show("bob/b", 0).error().code == protocol::ErrorCode::forbidden);
  CHECK(bearer.show("alice/c", 1000).error().code == protocol::ErrorCode::token_expired);
  CHECK(bearer.subject() == "alice");
  CHECK(bearer.rights().may_read("b"));
}

TEST_CASE("a certificate is as good as a token, and a token for somebody else is not taken") {
  const Scripted closed(false);
  Bearer bearer(closed);
  REQUIRE(bearer.show_certificate({"alice", 5}));
  CHECK(bearer.is_admitted());
  CHECK(bearer.subject() == "alice");
  CHECK(bearer.rights().may_read("alice"));
  CHECK(bearer.expires_unix_ms() == 5000);
  CHECK(bearer.show("bob/b", 0).error().code == protocol::ErrorCode::forbidden);
  REQUIRE(bearer.show("alice/b", 0));
  CHECK(bearer.rights().may_read("b"));
  Bearer withdrawn(closed);
  CHECK(withdrawn.show_certificate({"withdrawn", 5}).error().code ==
        protocol::ErrorCode::bad_token);
  CHECK_FALSE(withdrawn.is_admitted());
}

}  // namespace
}  // namespace weir::gateway::session
