#include "gateway/app/token_authenticator.hpp"

#include "tests/unit/gateway/auth/signer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::app {
namespace {

constexpr std::int64_t now_ms = 1'790'000'000'000;
const std::string secret(32, 's');

std::string token(std::string_view claims) {
  return auth::hmac_token(secret, R"({"alg":"HS256"})", claims);
}

TokenAuthenticator::Options options() {
  TokenAuthenticator::Options options;
  options.rights = {{"anonymous", {"public/#"}, {}, 0, 0}, {"sub=alice", {"a/#"}, {}, 0, 2.5}};
  options.keys.push_back(*auth::Key::from_secret("", secret));
  return options;
}

/// What is counted for a reason.
std::uint64_t refused(const TokenAuthenticator& authenticator, const std::string& reason) {
  metrics::MetricsSnapshot snapshot;
  authenticator.fill(snapshot);
  return snapshot.refused_tokens.counts().at({reason});
}

TEST_CASE("a good token brings its subject, its rights and its end") {
  const TokenAuthenticator authenticator(options());
  const auto identity =
      authenticator.identify(token(R"({"sub":"alice","exp":1790000060})"), now_ms);
  REQUIRE(identity);
  CHECK(identity->subject == "alice");
  CHECK(identity->expires_unix_ms == 1'790'000'090'000);  // with the leeway
  CHECK(identity->rights->may_read("a/b"));
  CHECK_FALSE(identity->rights->may_read("public/b"));
  CHECK(identity->rights->messages_per_s_max() == 2.5);
  metrics::MetricsSnapshot snapshot;
  authenticator.fill(snapshot);
  CHECK(snapshot.accepted_tokens == 1);
}

TEST_CASE("a bad token is refused and counted by its reason") {
  const TokenAuthenticator authenticator(options());
  const auto code = [&authenticator](const std::string& text) {
    const auto identity = authenticator.identify(text, now_ms);
    REQUIRE_FALSE(identity);
    return identity.error().code;
  };
  CHECK(code("rubbish") == protocol::ErrorCode::bad_token);
  CHECK(code(token(R"({"exp":1})")) == protocol::ErrorCode::token_expired);
  CHECK(code(token(R"({"exp":1790000060})") + "A") == protocol::ErrorCode::bad_token);
  CHECK(refused(authenticator, "malformed") == 1);
  CHECK(refused(authenticator, "expired") == 1);
  CHECK(refused(authenticator, "signature") == 1);
  CHECK(refused(authenticator, "audience") == 0);
}

TEST_CASE("without keys no token is good, and anonymous is who may be") {
  auto without = options();
  without.keys.clear();
  const TokenAuthenticator open(std::move(without));
  CHECK(open.identify(token(R"({"exp":1790000060})"), now_ms).error().message() ==
        "this gateway knows no tokens");
  REQUIRE(open.anonymous() != nullptr);
  CHECK(open.anonymous()->may_read("public/a"));
  CHECK_FALSE(open.anonymous()->may_read("a/b"));
  auto closed = options();
  closed.lets_anonymous_in = false;
  CHECK(TokenAuthenticator(std::move(closed)).anonymous() == nullptr);
}

TEST_CASE("a withdrawn subject needs a token that was issued later") {
  TokenAuthenticator authenticator(options());
  CHECK(authenticator.revoke("alice", 1'789'999'000));
  CHECK(authenticator.revoke("alice", 1'789'998'000));  // does not undo the later one
  const auto of = [&authenticator](std::string_view claims) {
    return authenticator.identify(token(claims), now_ms).has_value();
  };
  CHECK_FALSE(of(R"({"sub":"alice","exp":1790000060})"));
  CHECK_FALSE(of(R"({"sub":"alice","exp":1790000060,"iat":1789999000})"));
  CHECK(of(R"({"sub":"alice","exp":1790000060,"iat":1789999001})"));
  CHECK(of(R"({"sub":"bob","exp":1790000060})"));
  CHECK(refused(authenticator, "revoked") == 2);
}

TEST_CASE("as many subjects are remembered as the limit says, and not one more") {
  TokenAuthenticator authenticator(options());
  for (std::size_t i = 0; i < revocations_max; ++i) {
    REQUIRE(authenticator.revoke("s" + std::to_string(i), 1));
  }
  CHECK_FALSE(authenticator.revoke("one more", 1));
  CHECK(authenticator.revoke("s0", 2));
}

TEST_CASE("a certificate's subject has the rights of that name until it is withdrawn") {
  TokenAuthenticator authenticator(options());
  const auto identity = authenticator.identify_certificate({"alice", 1'790'000'060});
  REQUIRE(identity);
  CHECK(identity->subject == "alice");
  CHECK(identity->rights->may_read("a/b"));
  CHECK_FALSE(identity->rights->may_read("public/b"));
  CHECK(identity->expires_unix_ms == 1'790'000'060'000);
  CHECK(authenticator.revoke("alice", 1'790'000'000));
  CHECK_FALSE(authenticator.identify_certificate({"alice", 1'790'000'060}));
}

TEST_CASE("other options hold for who comes, and who is there keeps what it has") {
  TokenAuthenticator authenticator(options());
  const auto* before = authenticator.anonymous();
  REQUIRE(before != nullptr);
  const auto good = token(R"({"sub":"alice","exp":1790000060})");
  auto other = options();
  other.rights = {{"sub=alice", {"b/#"}, {}, 0, 0}};
  other.lets_anonymous_in = false;
  authenticator.replace(std::move(other));
  CHECK(authenticator.anonymous() == nullptr);
  CHECK(before->may_read("public/b"));
  CHECK(authenticator.identify(good, now_ms)->rights->may_read("b/c"));
  auto keyless = options();
  keyless.keys.clear();
  authenticator.replace(std::move(keyless));
  CHECK_FALSE(authenticator.identify(good, now_ms));
}

}  // namespace
}  // namespace weir::gateway::app
