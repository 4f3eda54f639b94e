#pragma once

#include "protocol/core/bytes.hpp"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::auth {

inline std::string to_base64url(std::string_view bytes) {
  auto text = protocol::to_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

/// An identity provider for tests: one fresh key pair and what it signs.
class Signer {
public:
  static Signer rsa(unsigned bits = 2048) { return Signer(EVP_RSA_gen(bits)); }
  static Signer p256() { return Signer(EVP_EC_gen("prime256v1")); }
  static Signer p384() { return Signer(EVP_EC_gen("secp384r1")); }
  static Signer ed25519() { return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

  [[nodiscard]] std::string public_pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  /// The signature as it stands in a token, before base64url.
  [[nodiscard]] std::string sign(std::string_view text) const {
    const bool is_edwards = EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_ED25519;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestSignInit(
        context.get(), nullptr, is_edwards ? nullptr : EVP_sha256(), nullptr, key_.get());
    std::size_t size = 0;
    const auto bytes = protocol::as_bytes(text);
    EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size());
    std::vector<unsigned char> signature(size);
    EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size());
    signature.resize(size);
    if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_EC) return from_der(signature);
    return {signature.begin(), signature.end()};
  }

  [[nodiscard]] std::string token(std::string_view header, std::string_view claims) const {
    const auto text = to_base64url(header) + "." + to_base64url(claims);
    return text + "." + to_base64url(sign(text));
  }

private:
  explicit Signer(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  static std::string from_der(const std::vector<unsigned char>& der) {
    const auto* in = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())), ECDSA_SIG_free);
    std::array<unsigned char, 64> out{};
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + 32, 32);
    return {out.begin(), out.end()};
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

inline std::string hmac_token(std::string_view secret,
                              std::string_view header,
                              std::string_view claims) {
  const auto text = to_base64url(header) + "." + to_base64url(claims);
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(),
       secret.data(),
       static_cast<int>(secret.size()),
       protocol::as_bytes(text).data(),
       text.size(),
       digest.data(),
       nullptr);
  return text + "." + to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace weir::gateway::auth
