#include "gateway/session/bearer.hpp"

#include <string>
#include <utility>

namespace weir::gateway::session {
namespace {

class Nothing final : public Authorizer {
public:
  [[nodiscard]] bool may_subscribe(std::string_view /*filter*/) const override { return false; }
  [[nodiscard]] bool may_read(std::string_view /*topic*/) const override { return false; }
  [[nodiscard]] bool may_publish(std::string_view /*topic*/) const override { return false; }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return 0; }
  [[nodiscard]] double messages_per_s_max() const override { return 0; }
};

}  // namespace

protocol::Result<void> Bearer::show(std::string_view token, std::int64_t unix_ms) {
  auto shown = authenticator_->identify(token, unix_ms);
  if (!shown) return fail(shown.error());
  if (identity_ != nullptr && identity_->subject != shown->subject) {
    return fail(protocol::ErrorCode::forbidden,
                "the token is for another subject than the one before");
  }
  return become(std::move(*shown));
}

protocol::Result<void> Bearer::show_certificate(const PeerCertificate& certificate) {
  auto shown = authenticator_->identify_certificate(certificate);
  if (!shown) return fail(shown.error());
  return become(std::move(*shown));
}

protocol::Result<void> Bearer::become(Identity identity) {
  if (!place_.hold(places_, identity.subject)) {
    return fail(protocol::ErrorCode::overloaded,
                "an identity may have limits.sessions_per_identity = " +
                    std::to_string(places_->per_identity()));
  }
  identity_ = std::make_unique<const Identity>(std::move(identity));
  return {};
}

const Authorizer& Bearer::rights() const {
  static const Nothing nothing;
  if (identity_ != nullptr) return *identity_->rights;
  const auto* anonymous = authenticator_->anonymous();
  return anonymous == nullptr ? nothing : *anonymous;
}

std::string_view Bearer::subject() const {
  return identity_ == nullptr ? std::string_view() : identity_->subject;
}

}  // namespace weir::gateway::session
