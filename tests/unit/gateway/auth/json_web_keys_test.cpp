#include "gateway/auth/json_web_keys.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::gateway::auth {
namespace {

// RFC 7517 appendix A.1, RFC 8037 appendix A.2, RFC 7515 appendix A.1
constexpr std::string_view elliptic =
    R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
    R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","kid":"1"})";
constexpr std::string_view rsa =
    R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhD)"
    R"(R1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQ)"
    R"(R0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQ)"
    R"(Fh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB",)"
    R"("alg":"RS256","kid":"2011-04-29"})";
constexpr std::string_view edwards =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
constexpr std::string_view shared =
    R"({"kty":"oct","kid":"s","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgU)"
    R"(uTwjAzZr1Z9CAow"})";

std::string set_of(std::string_view keys) {
  return R"({"keys":[)" + std::string(keys) + "]}";
}

std::string refusal(std::string_view text) {
  const auto keys = read_json_web_keys(text);
  REQUIRE_FALSE(keys);
  return keys.error();
}

TEST_CASE("keys of every supported type are read with the algorithm that belongs to it") {
  const auto keys = read_json_web_keys(set_of(std::string(elliptic) + "," + std::string(rsa) + "," +
                                              std::string(edwards) + "," + std::string(shared)));
  REQUIRE(keys);
  REQUIRE(keys->size() == 4);
  CHECK((*keys)[0].id() == "1");
  CHECK((*keys)[0].algorithm() == TokenAlgorithm::es256);
  CHECK((*keys)[1].id() == "2011-04-29");
  CHECK((*keys)[1].algorithm() == TokenAlgorithm::rs256);
  CHECK((*keys)[2].id().empty());
  CHECK((*keys)[2].algorithm() == TokenAlgorithm::eddsa);
  CHECK((*keys)[3].algorithm() == TokenAlgorithm::hs256);
}

TEST_CASE("keys that Weir has no use for are left out") {
  const auto with = [](std::string_view other) {
    return read_json_web_keys(set_of(std::string(other) + "," + std::string(edwards)));
  };
  for (const auto* other : {R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})",
                            R"({"kty":"new"})",
                            R"({"kty":"RSA","use":"enc","n":"AA","e":"AQAB"})",
                            R"({"kty":"RSA","alg":"RS512","n":"AA","e":"AQAB"})",
                            R"({"kty":"oct","alg":"RS256","k":"AA"})"}) {
    CAPTURE(other);
    const auto keys = with(other);
    REQUIRE(keys);
    CHECK(keys->size() == 1);
  }
}

TEST_CASE("a set that cannot be used says which key and why") {
  CHECK(refusal("") == R"(expected a JSON Web Key Set: {"keys":[...]})");
  CHECK(refusal("[]") == R"(expected a JSON Web Key Set: {"keys":[...]})");
  CHECK(refusal(R"({"keys":{}})") == R"(expected a JSON Web Key Set: {"keys":[...]})");
  CHECK(refusal(set_of("")) == "no key in it checks HS256, RS256, ES256 or EdDSA");
  CHECK(refusal(set_of("1")) == "key 1: is not an object");
  CHECK(refusal(set_of(std::string(edwards) + R"(,{"kty":"RSA","e":"AQAB"})")) ==
        "key 2: n is missing");
  CHECK(refusal(set_of(R"({"kty":"RSA","n":"a+b=","e":"AQAB"})")) ==
        "key 1: n is not base64url without padding");
  CHECK(refusal(set_of(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"))
            .starts_with("key 1: the RSA key has"));
  CHECK(refusal(set_of(R"({"kty":"oct","k":"c2hvcnQ"})")) ==
        "key 1: the secret has 5 bytes, and HS256 needs 32 or more");
  CHECK(refusal(set_of(std::string(shared) + "," + std::string(shared))) ==
        "key 2: another key has the kid s");
}

}  // namespace
}  // namespace weir::gateway::auth
