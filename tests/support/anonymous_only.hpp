#pragma once

#include "gateway/session/authenticator.hpp"

#include <cstdint>
#include <string_view>

namespace weir::tests {

/// Knows no tokens. What anonymous clients may do outlives it; nullptr: they are not let in.
class AnonymousOnly final : public gateway::session::Authenticator {
public:
  explicit AnonymousOnly(const gateway::session::Authorizer* rights) : rights_(rights) {}

  [[nodiscard]] protocol::Result<gateway::session::Identity> identify(
      std::string_view /*token*/, std::int64_t /*unix_ms*/) const override {
    return protocol::fail(protocol::ErrorCode::bad_token, "this gateway knows no tokens");
  }
  [[nodiscard]] protocol::Result<gateway::session::Identity> identify_certificate(
      const gateway::PeerCertificate& /*certificate*/) const override {
    return protocol::fail(protocol::ErrorCode::bad_token, "this gateway knows no certificates");
  }
  [[nodiscard]] const gateway::session::Authorizer* anonymous() const override { return rights_; }

private:
  const gateway::session::Authorizer* rights_;
};

}  // namespace weir::tests
