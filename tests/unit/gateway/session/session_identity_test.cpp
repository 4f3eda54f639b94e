#include "gateway/session/session_identity.hpp"

#include "tests/unit/gateway/session/scripted_authenticator.hpp"
#include "tests/unit/gateway/session/session_fixture.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace weir::gateway::session {
namespace {

using protocol::CloseReason;

constexpr std::int64_t lasts_ms = 5000;

/// One shard whose clients need tokens, good for a while.
struct Stage {
  Rig rig;
  Scripted authenticator{false, rig.now.unix_ms + lasts_ms};
};

TEST_CASE("a token in connect says whose session it is") {
  Stage stage;
  TestClient client(stage.rig.hub, stage.authenticator);
  client.say(R"({"op":"connect","id":1,"token":"alice/a"})");
  client.say(R"({"op":"subscribe","id":2,"filter":"a"})");
  CHECK_FALSE(client.closed);
  CHECK(client.session().subject() == "alice");
  CHECK(client.session().subscription_count() == 1);
}

TEST_CASE("nothing comes before a token where one is needed") {
  for (const auto* message : {R"({"op":"connect","id":1})",
                              R"({"op":"subscribe","id":1,"filter":"a"})",
                              R"({"op":"token","id":1,"token":"alice/a"})",
                              R"({"op":"ping","id":1})"}) {
    CAPTURE(message);
    Stage stage;
    TestClient client(stage.rig.hub, stage.authenticator);
    client.say(message);
    CHECK(client.closed == CloseReason::bad_token);
  }
}

TEST_CASE("a bad token ends the session, at connect and in the handshake") {
  Stage stage;
  TestClient connects(stage.rig.hub, stage.authenticator);
  connects.say(R"({"op":"connect","id":1,"token":"rubbish"})");
  CHECK(connects.closed == CloseReason::bad_token);
  TestClient offers(stage.rig.hub, stage.authenticator, "rubbish");
  CHECK(offers.wants_flush);
  offers.pull();
  CHECK(offers.closed == CloseReason::bad_token);
}

TEST_CASE("a token in the handshake is enough") {
  Stage stage;
  TestClient client(stage.rig.hub, stage.authenticator, "alice/a");
  client.say(R"({"op":"subscribe","id":1,"filter":"a"})");
  client.pull();
  CHECK_FALSE(client.closed);
  CHECK(client.session().subscription_count() == 1);
}

TEST_CASE("a session ends when its token does") {
  Stage stage;
  TestClient client(stage.rig.hub, stage.authenticator, "alice/a");
  client.pull();
  REQUIRE(client.session().deadline());
  CHECK(*client.session().deadline() == stage.rig.now.steady + milliseconds(lasts_ms));
  stage.rig.pass(lasts_ms - 1);
  client.session().on_deadline(stage.rig.now);
  CHECK_FALSE(client.closed);
  stage.rig.pass(1);
  client.session().on_deadline(stage.rig.now);
  CHECK(client.closed == CloseReason::token_expired);
}

TEST_CASE("a newer token must be for the same subject and allow what is subscribed") {
  struct Row {
    const char* token;
    CloseReason reason;
  };
  for (const auto& row : {Row{"bob/a", CloseReason::forbidden},
                          Row{"alice/b", CloseReason::forbidden},
                          Row{"rubbish", CloseReason::bad_token}}) {
    CAPTURE(row.token);
    Stage stage;
    TestClient client(stage.rig.hub, stage.authenticator, "alice/a");
    client.say(R"({"op":"subscribe","id":1,"filter":"a"})");
    client.say(R"({"op":"token","id":2,"token":"alice/a"})");
    CHECK_FALSE(client.closed);
    client.say(std::string(R"({"op":"token","id":3,"token":")") + row.token + "\"}");
    CHECK(client.closed == row.reason);
  }
}

/// Sessions of one identity, as many as may be.
struct Crowd : Stage {
  static constexpr std::size_t per_identity = 3;

  std::unique_ptr<TestClient> connect(std::string_view token, IdentityPlaces& at) {
    return std::make_unique<TestClient>(rig.hub, authenticator, token, &at);
  }
  IdentityCounter places{per_identity};
};

TEST_CASE("an identity has as many sessions as it may, and one more is told when to come back") {
  Crowd crowd;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (std::size_t i = 0; i < Crowd::per_identity; ++i) {
    clients.push_back(crowd.connect("alice/a", crowd.places));
    CHECK(clients.back()->pull().empty());
    CHECK_FALSE(clients.back()->closed);
  }
  const auto one_more = crowd.connect("alice/a", crowd.places);
  CHECK(one_more->pull() == Words{"goodbye 4504"});
  CHECK(one_more->closed == CloseReason::too_many_sessions);
  const auto other = crowd.connect("bob/a", crowd.places);
  CHECK(other->pull().empty());
  CHECK_FALSE(other->closed);
  CHECK(crowd.rig.hub.counters().identity_full_total == 1);

  clients.pop_back();
  CHECK_FALSE(crowd.connect("alice/a", crowd.places)->session().refusal());
}

TEST_CASE("a token in connect is refused with a reason where its identity has no place") {
  Crowd crowd;
  IdentityCounter one(1);
  const auto first = crowd.connect("", one);
  first->say(R"({"op":"connect","id":1,"token":"alice/a"})");
  first->say(R"({"op":"token","id":2,"token":"alice/a"})");
  CHECK_FALSE(first->closed);
  const auto second = crowd.connect("", one);
  second->say(R"({"op":"connect","id":1,"token":"alice/a"})");
  CHECK(second->pull() == Words{"no 1 overloaded", "goodbye 4504"});
  CHECK(second->closed == CloseReason::too_many_sessions);
}

TEST_CASE("what a refused token closes with says whether to come back") {
  using protocol::ErrorCode;
  CHECK(close_reason_of_token(ErrorCode::bad_token) == CloseReason::bad_token);
  CHECK(close_reason_of_token(ErrorCode::token_expired) == CloseReason::token_expired);
  CHECK(close_reason_of_token(ErrorCode::forbidden) == CloseReason::forbidden);
  CHECK(close_reason_of_token(ErrorCode::overloaded) == CloseReason::too_many_sessions);
}

}  // namespace
}  // namespace weir::gateway::session
