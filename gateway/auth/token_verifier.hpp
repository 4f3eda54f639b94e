#pragma once

#include "gateway/auth/claims.hpp"
#include "gateway/auth/key.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::auth {

/// A longer token is refused before anything of it is decoded.
inline constexpr std::size_t token_bytes_max = std::size_t{16} * 1024;

/// Why a token was refused; a closed set, for the metrics.
enum class TokenFault : std::uint8_t {
  malformed,  ///< no JWT in compact form, or a claim of the wrong type
  algorithm,  ///< of the header; also "none", and one that the key is not for
  key,        ///< `kid` names none
  signature,
  expired,
  early,     ///< `nbf` lies ahead
  issuer,    ///< `iss` is another
  audience,  ///< `aud` does not name us
};
inline constexpr std::size_t token_faults = static_cast<std::size_t>(TokenFault::audience) + 1;

/// "malformed", "algorithm" ...
[[nodiscard]] std::string_view name(TokenFault fault);

struct TokenError {
  TokenFault fault = TokenFault::malformed;
  std::string text;  ///< for the bearer and the log; never holds anything of the token
};

/// What else a token must say.
struct TokenRules {
  std::string issuer;          ///< `iss`; empty: any
  std::string audience;        ///< among `aud`; empty: any
  std::int64_t leeway_s = 30;  ///< how far clocks may differ
};

/// Checks JSON Web Tokens in compact form (RFC 7519, RFC 7515). A value, asked by any thread.
/// Only what is signed is believed, only keys that are configured count (`jwk`, `jku`, `x5c` of a
/// header are never looked at), and the algorithm is the key's, not the header's.
class TokenVerifier {
public:
  TokenVerifier(std::vector<Key> keys, TokenRules rules)
      : keys_(std::move(keys)), rules_(std::move(rules)) {}

  /// Shape:  `token` is whatever a client has sent; `exp` is required.
  [[nodiscard]] protocol::Result<Claims, TokenError> verify(std::string_view token,
                                                            std::int64_t unix_ms) const;

private:
  [[nodiscard]] protocol::Result<void, TokenError> check_signature(
      std::string_view header, std::string_view text, std::string_view signature) const;

  std::vector<Key> keys_;
  TokenRules rules_;
};

}  // namespace weir::gateway::auth
