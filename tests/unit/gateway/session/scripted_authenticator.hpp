#pragma once

#include "gateway/session/authenticator.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weir::gateway::session {

/// Lets its bearer read one topic.
class OneTopic final : public Authorizer {
public:
  explicit OneTopic(std::string topic) : topic_(std::move(topic)) {}
  [[nodiscard]] bool may_subscribe(std::string_view filter) const override {
    return filter == topic_;
  }
  [[nodiscard]] bool may_read(std::string_view topic) const override { return topic == topic_; }
  [[nodiscard]] bool may_publish(std::string_view /*topic*/) const override { return false; }
  [[nodiscard]] std::uint64_t bytes_per_s_max() const override { return 0; }
  [[nodiscard]] double messages_per_s_max() const override { return 0; }

private:
  std::string topic_;
};

/// Tokens are "<subject>/<topic>", good until 1000, or as told.
class Scripted final : public Authenticator {
public:
  explicit Scripted(bool lets_anonymous_in, std::int64_t expires_unix_ms = 1000)
      : lets_anonymous_in_(lets_anonymous_in), expires_unix_ms_(expires_unix_ms) {}
  [[nodiscard]] protocol::Result<Identity> identify(std::string_view token,
                                                    std::int64_t unix_ms) const override {
    const auto slash = token.find('/');
    if (slash == std::string_view::npos) return protocol::fail(protocol::ErrorCode::bad_token);
    if (unix_ms >= expires_unix_ms_) return protocol::fail(protocol::ErrorCode::token_expired);
    return Identity{std::string(token.substr(0, slash)),
                    std::make_unique<OneTopic>(std::string(token.substr(slash + 1))),
                    expires_unix_ms_};
  }
  /// Subjects may read the topic of their own name; nobody is refused but "withdrawn".
  [[nodiscard]] protocol::Result<Identity> identify_certificate(
      const PeerCertificate& certificate) const override {
    if (certificate.subject == "withdrawn") return protocol::fail(protocol::ErrorCode::bad_token);
    return Identity{certificate.subject,
                    std::make_unique<OneTopic>(certificate.subject),
                    certificate.expires_unix_s * 1000};
  }
  [[nodiscard]] const Authorizer* anonymous() const override {
    return lets_anonymous_in_ ? &public_ : nullptr;
  }

private:
  bool lets_anonymous_in_;
  std::int64_t expires_unix_ms_;
  OneTopic public_{"public"};
};

}  // namespace weir::gateway::session
