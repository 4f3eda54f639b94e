#pragma once

#include "gateway/core/peer_certificate.hpp"
#include "gateway/session/authorizer.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::gateway::session {

/// Who a client has shown to be.
struct Identity {
  std::string subject;                       ///< whom the token is for; may be empty
  std::unique_ptr<const Authorizer> rights;  ///< what the bearer may do
  std::int64_t expires_unix_ms = 0;          ///< from then on it shows nothing any more
};

/// Finds out who clients are. Outlives the sessions; called by every shard.
class Authenticator {
public:
  virtual ~Authenticator() = default;

  /// Whom a token, which may be any bytes, makes its bearer.
  /// Errors: bad_token, token_expired - with a text for the bearer.
  [[nodiscard]] virtual protocol::Result<Identity> identify(std::string_view token,
                                                            std::int64_t unix_ms) const = 0;
  /// Whom a certificate makes its bearer, whose issuer the listener trusts.
  /// Errors: bad_token - it was withdrawn.
  [[nodiscard]] virtual protocol::Result<Identity> identify_certificate(
      const PeerCertificate& certificate) const = 0;
  /// What a client without a token may do; nullptr: it is not let in.
  [[nodiscard]] virtual const Authorizer* anonymous() const = 0;
};

}  // namespace weir::gateway::session
