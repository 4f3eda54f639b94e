#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "gateway/session/counters.hpp"
#include "gateway/session/limits.hpp"
#include "gateway/session/subscription_set.hpp"
#include "protocol/core/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace weir::gateway::session {

/// How far a session is behind.
struct Backlog {
  std::size_t cells = 0;  ///< have something that was not sent: it may not go yet, or not so fast
  /// Since the gateway took the oldest entry that these cells have not been sent and that is still
  /// retained; 0 without one. What a cell begins with does not count: it was there before.
  Duration age{};
};

[[nodiscard]] Backlog measure_backlog(const SubscriptionSet& subscriptions, TimePoint now);

/// One session as operators see it, at one moment.
struct SessionStatus {
  SessionId id = 0;
  std::string subject{};  ///< of its token; empty: anonymous, or a token that names nobody
  std::string address{};  ///< IP address of the client, as far as proxies that are trusted say it
  std::size_t subscriptions = 0;
  std::size_t cells = 0;
  SessionTally tally{};
  Backlog backlog{};
  protocol::EffectiveLimits limits{};
  Ceilings own_ceilings{};               ///< what the operator gave this session while it runs
  std::uint64_t window_used = 0;         ///< bytes
  std::optional<Duration> round_trip{};  ///< of the last ping that came back; none did yet
};

}  // namespace weir::gateway::session
