// Bad tokens of each sort that RFC 8725 and the record of JWT libraries know, for each algorithm:
// none of them says who anybody is.
#include "gateway/auth/token_verifier.hpp"
#include "tests/unit/gateway/auth/signer.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::auth {
namespace {

constexpr std::int64_t now_ms = 1'790'000'000'000;
constexpr std::string_view good_claims =
    R"({"sub":"alice","iss":"https://id.test","aud":"weir","exp":1790000060})";
constexpr std::string_view admin_claims =
    R"({"sub":"admin","iss":"https://id.test","aud":"weir","exp":1790000060})";
const std::string secret(32, 's');

/// Who signs tokens with one algorithm.
struct Issuer {
  std::string algorithm;
  std::string kid;
  std::function<std::string(std::string_view header, std::string_view claims)> sign;
  std::function<std::string(std::string_view header, std::string_view claims)>
      forge;  ///< a stranger's

  [[nodiscard]] std::string header() const {
    return R"({"alg":")" + algorithm + R"(","kid":")" + kid + R"("})";
  }
  [[nodiscard]] std::string token(std::string_view claims) const { return sign(header(), claims); }
};

struct Bad {
  std::string name;
  std::string token;
};

struct Corpus {
  Signer rsa = Signer::rsa();
  Signer p256 = Signer::p256();
  Signer edwards = Signer::ed25519();
  Signer other_rsa = Signer::rsa();
  Signer other_p256 = Signer::p256();
  Signer other_edwards = Signer::ed25519();

  [[nodiscard]] TokenVerifier verifier() const {
    std::vector<Key> keys;
    keys.push_back(*Key::from_secret("hs", secret));
    keys.push_back(*Key::from_pem("rs", TokenAlgorithm::rs256, rsa.public_pem()));
    keys.push_back(*Key::from_pem("es", TokenAlgorithm::es256, p256.public_pem()));
    keys.push_back(*Key::from_pem("ed", TokenAlgorithm::eddsa, edwards.public_pem()));
    return {std::move(keys), {"https://id.test", "weir", 30}};
  }

  [[nodiscard]] std::vector<Issuer> issuers() const {
    const auto with = [](const Signer& signer) {
      return [&signer](std::string_view header, std::string_view claims) {
        return signer.token(header, claims);
      };
    };
    const auto with_secret = [](std::string text) {
      return [text](std::string_view header, std::string_view claims) {
        return hmac_token(text, header, claims);
      };
    };
    return {{"HS256", "hs", with_secret(secret), with_secret(std::string(32, 'x'))},
            {"RS256", "rs", with(rsa), with(other_rsa)},
            {"ES256", "es", with(p256), with(other_p256)},
            {"EdDSA", "ed", with(edwards), with(other_edwards)}};
  }
};

std::vector<std::string> parts_of(const std::string& token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  return {token.substr(0, first),
          token.substr(first + 1, second - first - 1),
          token.substr(second + 1)};
}

std::string join(const std::string& header,
                 const std::string& claims,
                 const std::string& signature) {
  return header + "." + claims + "." + signature;
}

/// What is done to a good token after it was signed.
void add_changed(const Issuer& issuer, std::vector<Bad>& out) {
  const auto good = issuer.token(good_claims);
  const auto parts = parts_of(good);
  const auto& header = parts[0];
  const auto& claims = parts[1];
  const auto& signature = parts[2];
  const auto add = [&](std::string name, std::string token) {
    out.push_back({issuer.algorithm + ": " + std::move(name), std::move(token)});
  };
  add("no signature", join(header, claims, ""));
  add("no signature and no dot", header + "." + claims);
  add("a signature cut short", good.substr(0, good.size() - 2));
  add("a signature with more behind it", good + "AA");
  add("a signature of zeros", join(header, claims, std::string(signature.size(), 'A')));
  add("a signature of ones", join(header, claims, std::string(signature.size() - 1, '_')));
  add("a signature twice", good + signature);
  add("the signature of another token",
      join(header, claims, parts_of(issuer.token(admin_claims))[2]));
  add("other claims", join(header, to_base64url(admin_claims), signature));
  add("no claims", join(header, "", signature));
  add("no header", join("", claims, signature));
  add("header and claims exchanged", join(claims, header, signature));
  add("a fourth part", good + ".e30");
  add("five parts, as if encrypted", good + ".e30.AA");
  add("an empty part in front", "." + good);
  add("padding", good + "=");
  add("a blank in front", " " + good);
  add("a line end", good + "\n");
  add("a NUL behind it", good + std::string(1, '\0'));
  add("Bearer before it", "Bearer " + good);
  add("quotes", '"' + good + '"');
  add("another dot", header + ".." + claims + "." + signature);
  add("percent escapes", header + "%2E" + claims + "%2E" + signature);
  for (const auto* none : {"none", "None", "NONE", "nOnE"}) {
    const auto unsigned_header = to_base64url(R"({"alg":")" + std::string(none) + R"("})");
    add(std::string(none) + " and the signature", join(unsigned_header, claims, signature));
    add(std::string(none) + " and no signature", join(unsigned_header, claims, ""));
  }
}

/// Headers that want to be checked otherwise than the gateway does.
void add_headers(const Issuer& issuer, const std::vector<Issuer>& all, std::vector<Bad>& out) {
  const auto add = [&](const std::string& header) {
    out.push_back({issuer.algorithm + ": header " + header, issuer.sign(header, good_claims)});
  };
  for (const auto& other : all) {
    if (other.algorithm == issuer.algorithm) continue;
    add(R"({"alg":")" + other.algorithm + R"("})");
    add(R"({"alg":")" + other.algorithm + R"(","kid":")" + issuer.kid + R"("})");
    add(R"({"alg":")" + issuer.algorithm + R"(","kid":")" + other.kid + R"("})");
  }
  const auto with = [&](const std::string& more) {
    add(R"({"alg":")" + issuer.algorithm + R"(",)" + more + "}");
  };
  with(R"("kid":"nobody")");
  with(R"("kid":"")");
  with(R"("kid":"../../../dev/null")");
  with(R"("kid":["hs"])");
  with(R"("crit":["exp"])");
  with(R"("crit":["b64"],"b64":false)");
  add(R"({"alg":"HS512"})");
  add(R"({"alg":"PS256"})");
  add(R"({"alg":"ES384"})");
  add(R"({"alg":""})");
  add(R"({"alg":null})");
  add(R"({"kid":")" + issuer.kid + R"("})");
  add(R"([{"alg":")" + issuer.algorithm + R"("}])");
  add("{");
  add("");
  std::string lower = issuer.algorithm;
  for (auto& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  add(R"({"alg":")" + lower + R"("})");
}

/// Claims that are well signed and do not let their bearer in.
void add_claims(const Issuer& issuer, std::vector<Bad>& out) {
  for (const std::string_view claims :
       {R"({"iss":"https://id.test","aud":"weir"})",
        R"({"iss":"https://id.test","aud":"weir","exp":1789999970})",
        R"({"iss":"https://id.test","aud":"weir","exp":0})",
        R"({"iss":"https://id.test","aud":"weir","exp":-1790000060})",
        R"({"iss":"https://id.test","aud":"weir","exp":"1790000060"})",
        R"({"iss":"https://id.test","aud":"weir","exp":[1790000060]})",
        R"({"iss":"https://id.test","aud":"weir","exp":true})",
        R"({"iss":"https://id.test","aud":"weir","exp":1e400})",
        R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"nbf":1790000031})",
        R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"nbf":"now"})",
        R"({"iss":"https://evil.test","aud":"weir","exp":1790000060})",
        R"({"iss":"https://id.test/","aud":"weir","exp":1790000060})",
        R"({"iss":["https://id.test"],"aud":"weir","exp":1790000060})",
        R"({"aud":"weir","exp":1790000060})",
        R"({"iss":"https://id.test","exp":1790000060})",
        R"({"iss":"https://id.test","aud":"Weir","exp":1790000060})",
        R"({"iss":"https://id.test","aud":[],"exp":1790000060})",
        R"({"iss":"https://id.test","aud":{"weir":1},"exp":1790000060})",
        R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"sub":["alice"]})",
        R"({"iss":"https://id.test","aud":"weir","exp":1790000060,"weir":"all"})",
        "[]",
        "null",
        "1790000060",
        "",
        "{} {}"}) {
    out.push_back({issuer.algorithm + ": claims " + std::string(claims), issuer.token(claims)});
  }
}

/// Keys that the gateway does not have, or has for something else.
void add_keys(const Issuer& issuer, const Corpus& corpus, std::vector<Bad>& out) {
  const auto plain = R"({"alg":")" + issuer.algorithm + R"("})";
  out.push_back({issuer.algorithm + ": a stranger", issuer.forge(plain, good_claims)});
  out.push_back(
      {issuer.algorithm + ": a stranger with our kid", issuer.forge(issuer.header(), good_claims)});
  for (const std::string more : {R"("jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"})",
                                 R"("jwk":{"kty":"oct","k":"AA"})",
                                 R"("jku":"https://evil.test/keys")",
                                 R"("x5u":"file:///etc/weir/key.pem")",
                                 R"("x5c":["MIIB"])"}) {
    out.push_back(
        {issuer.algorithm + ": " + more,
         issuer.forge(R"({"alg":")" + issuer.algorithm + R"(",)" + more + "}", good_claims)});
  }
  // What is public of an asymmetric key as the secret of a symmetric one.
  for (const auto* signer : {&corpus.rsa, &corpus.p256, &corpus.edwards}) {
    out.push_back({issuer.kid + ": a public key as the secret",
                   hmac_token(signer->public_pem(),
                              R"({"alg":"HS256","kid":")" + issuer.kid + R"("})",
                              good_claims)});
  }
}

TEST_CASE("of a corpus of bad tokens none is accepted") {
  const Corpus corpus;
  const auto verifier = corpus.verifier();
  const auto issuers = corpus.issuers();
  std::vector<Bad> all;
  for (const auto& issuer : issuers) {
    const auto good = verifier.verify(issuer.token(good_claims), now_ms);
    REQUIRE(good);
    REQUIRE(good->subject == "alice");
    add_changed(issuer, all);
    add_headers(issuer, issuers, all);
    add_claims(issuer, all);
    add_keys(issuer, corpus, all);
  }
  std::set<std::string> different;
  for (const auto& bad : all) {
    CAPTURE(bad.name);
    CHECK_FALSE(verifier.verify(bad.token, now_ms));
    different.insert(bad.token);
  }
  MESSAGE(different.size() << " bad tokens");
  CHECK(different.size() >= 300);
}

}  // namespace
}  // namespace weir::gateway::auth
