#pragma once

#include "gateway/app/rights_authorizer.hpp"
#include "gateway/auth/token_verifier.hpp"
#include "gateway/metrics/metrics_snapshot.hpp"
#include "gateway/session/authenticator.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// Subjects whose tokens were withdrawn are remembered up to this number.
inline constexpr std::size_t revocations_max = 10'000;

/// Finds out by their tokens who clients are, and what the configuration lets them do. Any thread.
class TokenAuthenticator final : public session::Authenticator {
public:
  struct Options {
    std::vector<RightsEntry> rights;
    bool lets_anonymous_in = true;
    std::vector<auth::Key> keys;  ///< none: no token is good
    auth::TokenRules rules;
  };

  explicit TokenAuthenticator(Options options);

  /// Goes by these from now on. Who has shown a token before keeps what it may do until it shows
  /// another.
  void replace(Options options);

  // Authenticator
  [[nodiscard]] protocol::Result<session::Identity> identify(std::string_view token,
                                                             std::int64_t unix_ms) const override;
  [[nodiscard]] protocol::Result<session::Identity> identify_certificate(
      const PeerCertificate& certificate) const override;
  [[nodiscard]] const session::Authorizer* anonymous() const override {
    const auto& policy = *policy_.load();
    return policy.lets_anonymous_in ? &policy.anonymous : nullptr;
  }

  /// From now on no token of this subject is good that was issued up to `unix_s`, or that does not
  /// say when it was. False: `revocations_max` subjects were withdrawn already.
  [[nodiscard]] bool revoke(const std::string& subject, std::int64_t unix_s);

  /// Tokens by what came of them.
  void fill(metrics::MetricsSnapshot& snapshot) const;

private:
  /// What the options come to.
  struct Policy {
    explicit Policy(Options options);

    std::vector<RightsEntry> rights;
    bool lets_anonymous_in;
    std::int64_t leeway_s;
    RightsAuthorizer anonymous;
    std::optional<auth::TokenVerifier> verifier;
  };

  [[nodiscard]] bool is_revoked(const auth::Claims& claims) const;

  /// The newest last. All of them stay: sessions refer to what they began with, and an operator
  /// replaces them by hand.
  std::vector<std::unique_ptr<const Policy>> policies_;
  std::atomic<const Policy*> policy_ = nullptr;
  mutable std::array<std::atomic<std::uint64_t>, auth::token_faults> refused_{};
  mutable std::atomic<std::uint64_t> revoked_ = 0;
  mutable std::atomic<std::uint64_t> accepted_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t, std::less<>> revocations_;  ///< subject -> when, unix_s
};

}  // namespace weir::gateway::app
