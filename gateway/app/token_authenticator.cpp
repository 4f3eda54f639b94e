#include "gateway/app/token_authenticator.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace weir::gateway::app {

using protocol::ErrorCode;
using protocol::fail;

TokenAuthenticator::Policy::Policy(Options options)
    : rights(std::move(options.rights)),
      lets_anonymous_in(options.lets_anonymous_in),
      leeway_s(options.rules.leeway_s),
      anonymous(auth::Rights::of_anonymous(rights)) {
  if (!options.keys.empty()) verifier.emplace(std::move(options.keys), std::move(options.rules));
}

TokenAuthenticator::TokenAuthenticator(Options options) {
  replace(std::move(options));
}

void TokenAuthenticator::replace(Options options) {
  policies_.push_back(std::make_unique<const Policy>(std::move(options)));
  policy_ = policies_.back().get();
}

protocol::Result<session::Identity> TokenAuthenticator::identify(std::string_view token,
                                                                 std::int64_t unix_ms) const {
  const auto& policy = *policy_.load();
  if (!policy.verifier) return fail(ErrorCode::bad_token, "this gateway knows no tokens");
  auto claims = policy.verifier->verify(token, unix_ms);
  if (!claims) {
    const auto& error = claims.error();
    ++refused_.at(static_cast<std::size_t>(error.fault));
    const bool has_expired = error.fault == auth::TokenFault::expired;
    return fail(has_expired ? ErrorCode::token_expired : ErrorCode::bad_token, error.text);
  }
  if (is_revoked(*claims)) {
    ++revoked_;
    return fail(ErrorCode::bad_token, "the token was withdrawn");
  }
  ++accepted_;
  session::Identity identity;
  identity.subject = claims->subject;
  identity.rights =
      std::make_unique<const RightsAuthorizer>(auth::Rights::of_bearer(policy.rights, *claims));
  identity.expires_unix_ms = (claims->expires_unix_s + policy.leeway_s) * 1000;
  return identity;
}

protocol::Result<session::Identity> TokenAuthenticator::identify_certificate(
    const PeerCertificate& certificate) const {
  auth::Claims claims;
  claims.subject = certificate.subject;
  claims.facts.emplace_back("sub", certificate.subject);
  if (is_revoked(claims)) {
    return fail(ErrorCode::bad_token, "the certificate's subject was withdrawn");
  }
  session::Identity identity;
  identity.subject = certificate.subject;
  identity.rights = std::make_unique<const RightsAuthorizer>(
      auth::Rights::of_bearer(policy_.load()->rights, claims));
  identity.expires_unix_ms = certificate.expires_unix_s * 1000;
  return identity;
}

bool TokenAuthenticator::revoke(const std::string& subject, std::int64_t unix_s) {
  const std::lock_guard lock(mutex_);
  if (revocations_.size() >= revocations_max && !revocations_.contains(subject)) return false;
  auto& revoked_at = revocations_[subject];
  revoked_at = std::max(revoked_at, unix_s);
  return true;
}

void TokenAuthenticator::fill(metrics::MetricsSnapshot& snapshot) const {
  for (std::size_t i = 0; i < refused_.size(); ++i) {
    snapshot.refused_tokens.add({auth::name(static_cast<auth::TokenFault>(i))}, refused_[i]);
  }
  snapshot.refused_tokens.add({"revoked"}, revoked_);
  snapshot.accepted_tokens += accepted_;
}

bool TokenAuthenticator::is_revoked(const auth::Claims& claims) const {
  const std::lock_guard lock(mutex_);
  const auto found = revocations_.find(claims.subject);
  if (found == revocations_.end()) return false;
  return !claims.issued_unix_s || *claims.issued_unix_s <= found->second;
}

}  // namespace weir::gateway::app
