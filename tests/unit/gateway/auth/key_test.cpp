#include "gateway/auth/key.hpp"

#include "tests/unit/gateway/auth/signer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::gateway::auth {
namespace {

std::string decoded(std::string_view text) {
  std::string bytes;
  REQUIRE(protocol::from_base64url(text, bytes));
  return bytes;
}

constexpr std::string_view joe =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

TEST_CASE("the examples of the RFCs verify") {
  // RFC 7515 appendix A.1
  const auto hs256 = Key::from_secret("",
                                      decoded("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
                                              "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
  REQUIRE(hs256);
  CHECK(hs256->verifies("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + std::string(joe),
                        decoded("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
  // RFC 7515 appendix A.3
  const auto es256 = Key::from_p256("",
                                    decoded("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                                    decoded("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
  REQUIRE(es256);
  const auto signature = decoded(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  CHECK(es256->verifies("eyJhbGciOiJFUzI1NiJ9." + std::string(joe), signature));
  CHECK_FALSE(es256->verifies("eyJhbGciOiJFUzI1NiJ9." + std::string(joe) + "A", signature));
  // RFC 8037 appendix A.4
  const auto eddsa = Key::from_ed25519("", decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
  REQUIRE(eddsa);
  CHECK(eddsa->verifies("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                        decoded("hgyY0il_MGCjP0JzlnLWG1PPOt7-"
                                "09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")));
}

TEST_CASE("each algorithm verifies its own key's signatures and no others") {
  const auto rsa = Signer::rsa();
  const auto p256 = Signer::p256();
  const auto edwards = Signer::ed25519();
  struct Row {
    TokenAlgorithm algorithm;
    const Signer& signer;
  };
  for (const auto& row : {Row{TokenAlgorithm::rs256, rsa},
                          Row{TokenAlgorithm::es256, p256},
                          Row{TokenAlgorithm::eddsa, edwards}}) {
    CAPTURE(name(row.algorithm));
    const auto key = Key::from_pem("k", row.algorithm, row.signer.public_pem());
    REQUIRE(key);
    CHECK(key->algorithm() == row.algorithm);
    for (const auto* other : {&rsa, &p256, &edwards}) {
      CHECK(key->verifies("text", other->sign("text")) == (other == &row.signer));
    }
    auto signature = row.signer.sign("text");
    CHECK_FALSE(key->verifies("texT", signature));
    for (std::size_t i = 0; i < signature.size(); ++i) {
      auto changed = signature;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      CHECK_FALSE(key->verifies("text", changed));
      CHECK_FALSE(key->verifies("text", std::string_view(signature).substr(0, i)));
    }
    CHECK_FALSE(key->verifies("text", signature + '\0'));
  }
}

TEST_CASE("keys that are weak or of another kind are refused with the reason") {
  const auto refusal = [](const protocol::Result<Key, std::string>& key) {
    REQUIRE_FALSE(key);
    return key.error();
  };
  CHECK(Key::from_secret("", std::string(32, 'x')));
  CHECK(refusal(Key::from_secret("", std::string(31, 'x'))) ==
        "the secret has 31 bytes, and HS256 needs 32 or more");
  const auto rsa = Signer::rsa().public_pem();
  CHECK(refusal(Key::from_pem("", TokenAlgorithm::hs256, rsa)) ==
        "HS256 takes a secret, not a public key");
  CHECK(refusal(Key::from_pem("", TokenAlgorithm::es256, rsa)) == "the key is not one for ES256");
  CHECK(refusal(Key::from_pem("", TokenAlgorithm::es256, Signer::p384().public_pem())) ==
        "the key is not on the curve P-256");
  CHECK(refusal(Key::from_pem("", TokenAlgorithm::rs256, Signer::rsa(1024).public_pem())) ==
        "the RSA key has 1024 bits, and at least 2048 are needed");
  CHECK(refusal(Key::from_pem("", TokenAlgorithm::rs256, "hello"))
            .starts_with("this is no public key"));
  CHECK(refusal(Key::from_p256("", std::string(32, '\1'), std::string(32, '\1'))) ==
        "x and y are no point of the curve P-256");
  CHECK(refusal(Key::from_p256("", "short", std::string(32, '\1'))) ==
        "x and y must have 32 bytes");
  CHECK(refusal(Key::from_ed25519("", "short")) == "x is no Ed25519 key of 32 bytes");
  CHECK_FALSE(Key::from_rsa("", "", ""));
}

TEST_CASE("algorithms have the names of the RFCs, and none is none") {
  for (const auto* known : {"HS256", "RS256", "ES256", "EdDSA"}) {
    CAPTURE(known);
    const auto found = find_algorithm(known);
    REQUIRE(found);
    CHECK(name(*found) == known);
  }
  for (const auto* unknown : {"none", "None", "hs256", "HS512", "RS256 ", ""}) {
    CAPTURE(unknown);
    CHECK_FALSE(find_algorithm(unknown));
  }
}

}  // namespace
}  // namespace weir::gateway::auth
