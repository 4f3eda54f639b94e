#include "gateway/auth/key.hpp"

#include "protocol/core/bytes.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace weir::gateway::auth {

using protocol::as_bytes;
using protocol::Result;
using protocol::Unexpected;

namespace {

constexpr std::size_t secret_bytes_min = 32;
constexpr int rsa_bits_min = 2048;
constexpr std::size_t p256_bytes = 32;

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    free(thing);
  }
};
template <class T, auto free>
using Owned = std::unique_ptr<T, Freed<free>>;

using Number = Owned<BIGNUM, BN_free>;
using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;

Unexpected<std::string> bad(std::string why) {
  return Unexpected<std::string>(std::move(why));
}

Number to_number(std::string_view big_endian) {
  return Number(
      BN_bin2bn(as_bytes(big_endian).data(), static_cast<int>(big_endian.size()), nullptr));
}

/// nullptr: these are no parameters of a public key of that type.
EVP_PKEY* make_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return key;
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return false;
  return std::string_view(group.data(), length) == "prime256v1";
}

/// Empty: the key is of that algorithm and strong enough.
std::string find_fault(const EVP_PKEY* key, TokenAlgorithm algorithm) {
  const auto type = EVP_PKEY_get_base_id(key);
  const auto expected = algorithm == TokenAlgorithm::rs256   ? EVP_PKEY_RSA
                        : algorithm == TokenAlgorithm::es256 ? EVP_PKEY_EC
                                                             : EVP_PKEY_ED25519;
  if (type != expected) return "the key is not one for " + std::string(name(algorithm));
  if (algorithm == TokenAlgorithm::es256 && !is_p256(key))
    return "the key is not on the curve P-256";
  if (algorithm == TokenAlgorithm::rs256 && EVP_PKEY_get_bits(key) < rsa_bits_min) {
    return "the RSA key has " + std::to_string(EVP_PKEY_get_bits(key)) +
           " bits, and at least 2048 are needed";
  }
  return {};
}

/// The two numbers of a token's ECDSA signature (RFC 7518 section 3.4) as OpenSSL wants them, in
/// DER; empty: it is none.
std::vector<unsigned char> to_der(std::string_view signature) {
  if (signature.size() != 2 * p256_bytes) return {};
  auto r = to_number(signature.substr(0, p256_bytes));
  auto s = to_number(signature.substr(p256_bytes));
  const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // the pair owns them now
  static_cast<void>(s.release());
  const auto length = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (length <= 0) return {};
  std::vector<unsigned char> der(static_cast<std::size_t>(length));
  auto* out = der.data();
  i2d_ECDSA_SIG(pair.get(), &out);
  return der;
}

bool is_hmac(std::string_view secret, std::string_view text, std::string_view signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(),
           secret.data(),
           static_cast<int>(secret.size()),
           as_bytes(text).data(),
           text.size(),
           digest.data(),
           &length) == nullptr) {
    return false;
  }
  return signature.size() == length && CRYPTO_memcmp(digest.data(), signature.data(), length) == 0;
}

bool is_signature(EVP_PKEY* key,
                  const EVP_MD* digest,
                  std::string_view text,
                  protocol::ByteView signature) {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  if (!context) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) return false;
  return EVP_DigestVerify(context.get(),
                          signature.data(),
                          signature.size(),
                          as_bytes(text).data(),
                          text.size()) == 1;
}

}  // namespace

std::string_view name(TokenAlgorithm algorithm) {
  return token_algorithm_names.at(static_cast<std::size_t>(algorithm));
}

std::optional<TokenAlgorithm> find_algorithm(std::string_view wanted) {
  const auto* const found = std::ranges::find(token_algorithm_names, wanted);
  if (found == token_algorithm_names.end()) return std::nullopt;
  return static_cast<TokenAlgorithm>(found - token_algorithm_names.begin());
}

void Key::Free::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

Result<Key, std::string> Key::from_secret(std::string id, std::string_view secret) {
  if (secret.size() < secret_bytes_min) {
    return bad("the secret has " + std::to_string(secret.size()) +
               " bytes, and HS256 needs 32 or more");
  }
  Key key(std::move(id), TokenAlgorithm::hs256);
  key.secret_ = secret;
  return key;
}

Result<Key, std::string> Key::from_pem(std::string id,
                                       TokenAlgorithm algorithm,
                                       std::string_view pem) {
  if (algorithm == TokenAlgorithm::hs256) return bad("HS256 takes a secret, not a public key");
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return bad("too big");
  const auto open = [pem] {
    return Owned<BIO, BIO_free_all>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  };
  PublicKey key(PEM_read_bio_PUBKEY(open().get(), nullptr, nullptr, nullptr));
  if (!key) {
    const Owned<X509, X509_free> certificate(
        PEM_read_bio_X509(open().get(), nullptr, nullptr, nullptr));
    if (certificate) key.reset(X509_get_pubkey(certificate.get()));
  }
  if (!key) return bad("this is no public key in PEM (\"-----BEGIN PUBLIC KEY-----\")");
  return from_public_key(std::move(id), algorithm, std::move(key));
}

Result<Key, std::string> Key::from_rsa(std::string id,
                                       std::string_view modulus,
                                       std::string_view exponent) {
  const auto n = to_number(modulus);
  const auto e = to_number(exponent);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder) return bad("no memory");
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  PublicKey key(make_key("RSA", builder.get()));
  if (!key) return bad("n and e are no RSA key");
  return from_public_key(std::move(id), TokenAlgorithm::rs256, std::move(key));
}

Result<Key, std::string> Key::from_p256(std::string id, std::string_view x, std::string_view y) {
  if (x.size() != p256_bytes || y.size() != p256_bytes) return bad("x and y must have 32 bytes");
  constexpr char uncompressed = 4;  // SEC 1 section 2.3.3
  const auto point = std::string(1, uncompressed) + std::string(x) + std::string(y);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder) return bad("no memory");
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(
      builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  PublicKey key(make_key("EC", builder.get()));
  if (!key) return bad("x and y are no point of the curve P-256");
  return from_public_key(std::move(id), TokenAlgorithm::es256, std::move(key));
}

Result<Key, std::string> Key::from_ed25519(std::string id, std::string_view x) {
  PublicKey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_bytes(x).data(), x.size()));
  if (!key) return bad("x is no Ed25519 key of 32 bytes");
  return from_public_key(std::move(id), TokenAlgorithm::eddsa, std::move(key));
}

Result<Key, std::string> Key::from_public_key(std::string id,
                                              TokenAlgorithm algorithm,
                                              PublicKey public_key) {
  if (auto fault = find_fault(public_key.get(), algorithm); !fault.empty()) {
    return bad(std::move(fault));
  }
  Key key(std::move(id), algorithm);
  key.public_key_ = std::move(public_key);
  return key;
}

bool Key::verifies(std::string_view text, std::string_view signature) const {
  switch (algorithm_) {
    case TokenAlgorithm::hs256:
      return is_hmac(secret_, text, signature);
    case TokenAlgorithm::rs256:
      return is_signature(public_key_.get(), EVP_sha256(), text, as_bytes(signature));
    case TokenAlgorithm::es256:
      return is_signature(public_key_.get(), EVP_sha256(), text, to_der(signature));
    case TokenAlgorithm::eddsa:
      return is_signature(public_key_.get(), nullptr, text, as_bytes(signature));
  }
  return false;
}

}  // namespace weir::gateway::auth
