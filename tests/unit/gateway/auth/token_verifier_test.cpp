#include "gateway/auth/token_verifier.hpp"

#include "tests/support/random.hpp"
#include "tests/unit/gateway/auth/signer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::auth {
namespace {

constexpr std::int64_t now_ms = 1'790'000'000'000;
constexpr std::string_view good_claims =
    R"({"sub":"alice","iss":"https://id.test","aud":["weir","other"],"exp":1790000060})";
const std::string secret(32, 's');

/// A verifier with one key of each algorithm, and who signs for them.
struct Stage {
  Signer rsa = Signer::rsa();
  Signer p256 = Signer::p256();
  Signer edwards = Signer::ed25519();
  TokenVerifier verifier{make_keys(), {"https://id.test", "weir", 30}};

  [[nodiscard]] std::vector<Key> make_keys() const {
    std::vector<Key> keys;
    keys.push_back(*Key::from_secret("hs", secret));
    keys.push_back(*Key::from_pem("rs", TokenAlgorithm::rs256, rsa.public_pem()));
    keys.push_back(*Key::from_pem("es", TokenAlgorithm::es256, p256.public_pem()));
    keys.push_back(*Key::from_pem("ed", TokenAlgorithm::eddsa, edwards.public_pem()));
    return keys;
  }

  [[nodiscard]] std::string fault(const std::string& token) const {
    const auto claims = verifier.verify(token, now_ms);
    return claims ? "none" : std::string(name(claims.error().fault));
  }
  [[nodiscard]] std::string fault_of_claims(std::string_view claims) const {
    return fault(hmac_token(secret, R"({"alg":"HS256"})", claims));
  }
};

TEST_CASE("good tokens of every algorithm say who their bearer is") {
  const Stage stage;
  for (const auto& token : {hmac_token(secret, R"({"alg":"HS256","kid":"hs"})", good_claims),
                            stage.rsa.token(R"({"alg":"RS256","kid":"rs"})", good_claims),
                            stage.p256.token(R"({"alg":"ES256","typ":"JWT"})", good_claims),
                            stage.edwards.token(R"({"alg":"EdDSA"})", good_claims)}) {
    const auto claims = stage.verifier.verify(token, now_ms);
    REQUIRE(claims);
    CHECK(claims->subject == "alice");
    CHECK(claims->expires_unix_s == 1790000060);
    CHECK_FALSE(claims->own_rights);
    CHECK(claims->facts ==
          std::vector<std::pair<std::string, std::string>>{
              {"aud", "weir"}, {"aud", "other"}, {"iss", "https://id.test"}, {"sub", "alice"}});
  }
}

TEST_CASE("the claim weir brings rights") {
  const Stage stage;
  const auto claims = stage.verifier.verify(
      hmac_token(
          secret,
          R"({"alg":"HS256"})",
          R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":{"subscribe":["quotes/#"],)"
          R"("publish":["chat/+"],"max_bytes_per_s":64000,"max_messages_per_s":2.5}})"),
      now_ms);
  REQUIRE(claims);
  REQUIRE(claims->own_rights);
  CHECK(claims->own_rights->subscribe == std::vector<std::string>{"quotes/#"});
  CHECK(claims->own_rights->publish == std::vector<std::string>{"chat/+"});
  CHECK(claims->own_rights->max_bytes_per_s == 64000);
  CHECK(claims->own_rights->max_messages_per_s == 2.5);
}

TEST_CASE("times hold to the second, with the leeway") {
  const Stage stage;
  const auto at = [&stage](std::string_view times) {
    return stage.fault_of_claims(R"({"iss":"https://id.test","aud":"weir",)" + std::string(times) +
                                 "}");
  };
  CHECK(at(R"("exp":1789999971)") == "none");
  CHECK(at(R"("exp":1789999970)") == "expired");
  CHECK(at(R"("exp":1789999970.5)") == "none");
  CHECK(at(R"("exp":1790000060,"nbf":1790000030)") == "none");
  CHECK(at(R"("exp":1790000060,"nbf":1790000031)") == "early");
}

TEST_CASE("claims that are missing, wrong or for others are refused") {
  const Stage stage;
  struct Row {
    std::string_view fault;
    std::string_view claims;
  };
  const std::vector<Row> rows{
      {"malformed", R"({"iss":"https://id.test","aud":"weir"})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":"1790000060"})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":null})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":-1})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":1e300})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":1e999})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"nbf":"x"})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"sub":7})"},
      {"malformed", R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":[]})"},
      {"malformed",
       R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":{"subscribe":"#"}})"},
      {"malformed",
       R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":{"subscribe":["a//b"]}})"},
      {"malformed",
       R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":{"publish":[1]}})"},
      {"malformed",
       R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":{"max_bytes_per_s":-1}})"},
      {"issuer", R"({"iss":"https://id.test.evil","aud":"weir","exp":1790000060})"},
      {"issuer", R"({"aud":"weir","exp":1790000060})"},
      {"issuer", R"({"iss":7,"aud":"weir","exp":1790000060})"},
      {"audience", R"({"iss":"https://id.test","aud":"weirs","exp":1790000060})"},
      {"audience", R"({"iss":"https://id.test","aud":["other"],"exp":1790000060})"},
      {"audience", R"({"iss":"https://id.test","exp":1790000060})"},
      {"expired", R"({"iss":"https://id.test","aud":"weir","exp":0})"},
      {"malformed", "[]"},
      {"malformed", R"("text")"},
      {"malformed", "{"},
      {"malformed", ""},
      {"malformed", "{}{}"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.claims);
    CHECK(stage.fault_of_claims(row.claims) == row.fault);
  }
}

TEST_CASE("headers cannot choose how they are checked") {
  const Stage stage;
  const auto unsigned_token = [](std::string_view header) {
    return to_base64url(header) + "." + to_base64url(good_claims) + ".";
  };
  for (const auto* none : {"none", "None", "NONE", "nOnE", ""}) {
    CAPTURE(none);
    CHECK(stage.fault(unsigned_token(R"({"alg":")" + std::string(none) + R"("})")) == "algorithm");
  }
  for (const auto* real : {"HS256", "RS256", "ES256", "EdDSA"}) {
    CAPTURE(real);
    CHECK(stage.fault(unsigned_token(R"({"alg":")" + std::string(real) + R"("})")) == "signature");
  }
  // A public key as the shared secret: the classic confusion.
  for (const auto* kid : {"rs", "es", "ed"}) {
    CAPTURE(kid);
    for (const auto* signer : {&stage.rsa, &stage.p256, &stage.edwards}) {
      CHECK(stage.fault(hmac_token(signer->public_pem(),
                                   R"({"alg":"HS256","kid":")" + std::string(kid) + R"("})",
                                   good_claims)) == "algorithm");
      CHECK(stage.fault(hmac_token(signer->public_pem(), R"({"alg":"HS256"})", good_claims)) ==
            "signature");
    }
  }
  // Keys that the token brings along, or names by a path.
  const auto stranger = Signer::ed25519();
  for (const auto* more : {R"("jwk":{"kty":"OKP"})",
                           R"("jku":"http://127.0.0.1/keys")",
                           R"("x5u":"file:///etc/passwd")",
                           R"("x5c":["MIIB"])"}) {
    CAPTURE(more);
    CHECK(stage.fault(stranger.token(R"({"alg":"EdDSA",)" + std::string(more) + "}",
                                     good_claims)) == "signature");
  }
  for (const auto* kid : {"../../dev/null", "ed' OR 1=1", "", "ED"}) {
    CAPTURE(kid);
    CHECK(stage.fault(stage.edwards.token(R"({"alg":"EdDSA","kid":")" + std::string(kid) + R"("})",
                                          good_claims)) == "key");
  }
  struct Row {
    std::string_view fault;
    std::string_view header;
  };
  for (const auto& row : {Row{"malformed", R"({"alg":"EdDSA","kid":1})"},
                          Row{"malformed", R"({"alg":"EdDSA","crit":["b64"],"b64":false})"},
                          Row{"algorithm", R"({"alg":1})"},
                          Row{"algorithm", R"({"alg":["EdDSA"]})"},
                          Row{"algorithm", "{}"},
                          Row{"algorithm", R"({"alg":"EdDSA","kid":"rs"})"},
                          Row{"signature", R"({"alg":"ES256"})"},
                          Row{"malformed", "[]"},
                          Row{"malformed", "nothing"}}) {
    CAPTURE(row.header);
    CHECK(stage.fault(stage.edwards.token(row.header, good_claims)) == row.fault);
  }
}

TEST_CASE("no token that was changed anywhere is accepted") {
  const Stage stage;
  const auto token = stage.p256.token(R"({"alg":"ES256","kid":"es"})", good_claims);
  REQUIRE(stage.fault(token) == "none");
  for (std::size_t i = 0; i < token.size(); ++i) {
    CAPTURE(i);
    CHECK(stage.fault(token.substr(0, i)) != "none");
    for (const char c : {'A', 'b', '.', '=', '+', '\0', '\x80'}) {
      if (token[i] == c) continue;
      auto changed = token;
      changed[i] = c;
      CHECK(stage.fault(changed) != "none");
    }
  }
  CHECK(stage.fault(token + "=") == "malformed");
  CHECK(stage.fault(token + ".") == "malformed");
  CHECK(stage.fault(" " + token) == "malformed");
  CHECK(stage.fault("") == "malformed");
  CHECK(stage.fault("..") == "malformed");
}

TEST_CASE("a token of the largest size is read, and one byte more is not") {
  const Stage stage;
  const auto of_size = [&stage](std::size_t bytes) {
    std::string filler;
    while (true) {
      const auto token = hmac_token(
          secret,
          R"({"alg":"HS256"})",
          R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"x":")" + filler + R"("})");
      if (token.size() >= bytes) return token;
      filler.append(std::max<std::size_t>((bytes - token.size()) * 3 / 4, 1), 'x');
    }
  };
  const auto largest = of_size(token_bytes_max);
  if (largest.size() == token_bytes_max) CHECK(stage.fault(largest) == "none");
  CHECK(stage.fault(of_size(token_bytes_max - 2)) == "none");
  CHECK(stage.fault(of_size(token_bytes_max + 1)) == "malformed");
}

TEST_CASE("random bytes are never a token") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  const Stage stage;
  for (std::size_t i = 0; i < 2000; ++i) {
    CHECK(stage.fault(random.bytes(i % 300)) == "malformed");
  }
}

TEST_CASE("deep nesting in a token that nobody has signed costs nothing") {
  const Stage stage;
  const auto deep = to_base64url(std::string(5000, '['));
  CHECK(stage.fault(deep + ".e30.AA") == "malformed");
}

}  // namespace
}  // namespace weir::gateway::auth
