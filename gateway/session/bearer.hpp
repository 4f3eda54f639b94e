#pragma once

#include "gateway/session/authenticator.hpp"
#include "gateway/session/identity_places.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::gateway::session {

/// Who stands behind one session: anonymous, or whoever its token says. Owned by the session; wall
/// time is an argument, because tokens expire by it.
class Bearer {
public:
  /// `places`: where sessions of an identity are counted, this one among them; nullptr: nowhere.
  explicit Bearer(const Authenticator& authenticator, IdentityPlaces* places = nullptr)
      : authenticator_(&authenticator), places_(places) {}

  /// Takes a token. A later one may bring other rights, but not another subject. On failure
  /// everything stays as it was.
  /// Errors: bad_token, token_expired; forbidden - it is for somebody else; overloaded - its
  ///         subject has as many sessions as it may.
  protocol::Result<void> show(std::string_view token, std::int64_t unix_ms);

  /// Takes a certificate that the connection began with; a token may come later, for the same
  /// subject. Errors: bad_token, overloaded.
  protocol::Result<void> show_certificate(const PeerCertificate& certificate);

  /// Whether it may do anything at all.
  [[nodiscard]] bool is_admitted() const {
    return identity_ != nullptr || authenticator_->anonymous() != nullptr;
  }
  /// What it may do now; nothing where it is not admitted.
  [[nodiscard]] const Authorizer& rights() const;
  [[nodiscard]] bool is_expired(std::int64_t unix_ms) const {
    return identity_ != nullptr && unix_ms >= identity_->expires_unix_ms;
  }
  /// Empty: anonymous, or a token that names nobody.
  [[nodiscard]] std::string_view subject() const;
  [[nodiscard]] bool has_token() const { return identity_ != nullptr; }
  /// Only where there is a token.
  [[nodiscard]] std::int64_t expires_unix_ms() const { return identity_->expires_unix_ms; }

private:
  protocol::Result<void> become(Identity identity);

  const Authenticator* authenticator_;
  IdentityPlaces* places_;
  std::unique_ptr<const Identity> identity_;  ///< nullptr: has shown none
  IdentityPlace place_;                       ///< of that identity
};

}  // namespace weir::gateway::session
