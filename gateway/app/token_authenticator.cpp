#include "gateway/app/token_authenticator.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace weir::gateway::app {

using protocol::ErrorCode;
using protocol::fail;

TokenAuthenticator::TokenAuthenticator(Options options)
    : options_(std::move(options)), anonymous_(auth::Rights::of_anonymous(options_.rights)) {
  if (!options_.keys.empty()) verifier_.emplace(std::move(options_.keys), options_.rules);
}

protocol::Result<session::Identity> TokenAuthenticator::identify(std::string_view token,
                                                                 std::int64_t unix_ms) const {
  if (!verifier_) return fail(ErrorCode::bad_token, "this gateway knows no tokens");
  auto claims = verifier_->verify(token, unix_ms);
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
      std::make_unique<const RightsAuthorizer>(auth::Rights::of_bearer(options_.rights, *claims));
  identity.expires_unix_ms = (claims->expires_unix_s + options_.rules.leeway_s) * 1000;
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
