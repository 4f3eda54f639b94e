#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/session_list.hpp"
#include "gateway/app/session_request.hpp"
#include "gateway/app/shard.hpp"
#include "gateway/metrics/metrics_snapshot.hpp"
#include "protocol/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weir::gateway::app {

/// Why a subject's tokens cannot be withdrawn.
enum class RevokeFault : std::uint8_t {
  too_many,   ///< as many subjects as can be are withdrawn already
  no_answer,  ///< a shard has not answered in time: its sessions of that subject may go on
};

/// What the admin port tells about. None: a shard has not answered in time. The admin server's
/// thread calls, and may be kept waiting.
class AdminSource {
public:
  [[nodiscard]] virtual std::optional<metrics::MetricsSnapshot> measure() = 0;
  /// Why clients should not come here now, a sentence each; empty: ready.
  [[nodiscard]] virtual std::vector<std::string> find_obstacles() = 0;
  [[nodiscard]] virtual std::optional<Listing<SessionInfo>> list_sessions(
      const SessionQuery& query) = 0;
  [[nodiscard]] virtual protocol::Result<SessionInfo, SessionFault> ask_session(
      SessionId id, const SessionRequest& request) = 0;
  /// Withdraws the tokens of a subject and ends its sessions. Returns how many those were.
  [[nodiscard]] virtual protocol::Result<std::size_t, RevokeFault> revoke(
      const std::string& subject) = 0;
  [[nodiscard]] virtual std::optional<Listing<TopicInfo>> list_topics(
      const std::string& filter) = 0;
  [[nodiscard]] virtual std::vector<AdapterInfo> list_adapters() = 0;

protected:
  ~AdminSource() = default;
};

}  // namespace weir::gateway::app
