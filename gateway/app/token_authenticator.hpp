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

  // Authenticator
  [[nodiscard]] protocol::Result<session::Identity> identify(std::string_view token,
                                                             std::int64_t unix_ms) const override;
  [[nodiscard]] const session::Authorizer* anonymous() const override {
    return options_.lets_anonymous_in ? &anonymous_ : nullptr;
  }

  /// From now on no token of this subject is good that was issued up to `unix_s`, or that does not
  /// say when it was. False: `revocations_max` subjects were withdrawn already.
  [[nodiscard]] bool revoke(const std::string& subject, std::int64_t unix_s);

  /// Tokens by what came of them.
  void fill(metrics::MetricsSnapshot& snapshot) const;

private:
  [[nodiscard]] bool is_revoked(const auth::Claims& claims) const;

  Options options_;
  RightsAuthorizer anonymous_;
  std::optional<auth::TokenVerifier> verifier_;
  mutable std::array<std::atomic<std::uint64_t>, auth::token_faults> refused_{};
  mutable std::atomic<std::uint64_t> revoked_ = 0;
  mutable std::atomic<std::uint64_t> accepted_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t, std::less<>> revocations_;  ///< subject -> when, unix_s
};

}  // namespace weir::gateway::app
