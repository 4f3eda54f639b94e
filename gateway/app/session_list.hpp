#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/session/session_status.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// One session, as operators see it.
struct SessionInfo {
  session::SessionStatus status;
  ShardIndex shard = 0;
};

/// What comes first in a list of sessions; the larger, but for `session`, which is the order in
/// which they came.
enum class SessionOrder : std::uint8_t {
  session,
  behind,
  bytes,
  conflated,
  lost,
  throttled,
  round_trip
};

/// Which sessions are listed.
struct SessionQuery {
  static constexpr std::size_t listed_max = 1000;

  SessionOrder order = SessionOrder::session;
  std::size_t items_max = listed_max;
};

/// Reads `sort=behind&limit=20`.
/// Errors: a sentence about a parameter that is not known, or whose value makes no sense.
[[nodiscard]] protocol::Result<SessionQuery, std::string> read_session_query(
    std::string_view query);

/// Sorts, and keeps what comes first.
void keep_first(std::vector<SessionInfo>& sessions, const SessionQuery& query);

}  // namespace weir::gateway::app
