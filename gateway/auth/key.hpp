#pragma once

#include "gateway/core/token_algorithm.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;  // NOLINT(*-identifier-naming): OpenSSL's EVP_PKEY

namespace weir::gateway::auth {

/// "HS256", as in a token's header.
[[nodiscard]] std::string_view name(TokenAlgorithm algorithm);
[[nodiscard]] std::optional<TokenAlgorithm> find_algorithm(std::string_view name);

/// A key that checks signatures of exactly one algorithm, whatever a token says of itself: so a
/// public key can never be taken for a shared secret. Immutable; any thread may ask it.
class Key {
public:
  /// Shape:  32 bytes or more, because a shorter secret can be guessed from one token (RFC 7518
  ///         section 3.2).
  static protocol::Result<Key, std::string> from_secret(std::string id, std::string_view secret);
  /// A public key in PEM ("BEGIN PUBLIC KEY" or a certificate).
  /// Errors: text for a person - not PEM, not a key of that algorithm, RSA below 2048 bits.
  static protocol::Result<Key, std::string> from_pem(std::string id,
                                                     TokenAlgorithm algorithm,
                                                     std::string_view pem);

  // The parts of a JSON Web Key (RFC 7518 section 6, RFC 8037 section 2), decoded. Errors as above.
  static protocol::Result<Key, std::string> from_rsa(std::string id,
                                                     std::string_view modulus,
                                                     std::string_view exponent);
  static protocol::Result<Key, std::string> from_p256(std::string id,
                                                      std::string_view x,
                                                      std::string_view y);
  static protocol::Result<Key, std::string> from_ed25519(std::string id, std::string_view x);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] TokenAlgorithm algorithm() const { return algorithm_; }
  /// Whether `signature`, as it stands in a token, is this key's for `text`. Any bytes may come.
  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;

private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  using PublicKey = std::unique_ptr<evp_pkey_st, Free>;

  Key(std::string id, TokenAlgorithm algorithm) : id_(std::move(id)), algorithm_(algorithm) {}
  static protocol::Result<Key, std::string> from_public_key(std::string id,
                                                            TokenAlgorithm algorithm,
                                                            PublicKey key);

  std::string id_;
  TokenAlgorithm algorithm_;
  std::string secret_;    ///< of hs256
  PublicKey public_key_;  ///< of the others
};

}  // namespace weir::gateway::auth
