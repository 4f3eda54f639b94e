#pragma once

#include "adapters/abi/host_port.hpp"
#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "gateway/topics/link_message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

namespace weir::gateway::app {

/// Which of one shard's sessions wait for an adapter to take what they have published, and for how
/// long they do. Pure. Owned by the shard.
class UpstreamSends {
public:
  struct Options {
    ShardIndex shard = 0;
    ShardIndex shards = 1;
    Duration timeout = std::chrono::seconds(10);
    std::size_t open_max = 1024;
  };
  explicit UpstreamSends(const Options& options) : options_(options), next_(options.shard) {}

  /// Begins to wait. Returns the number of the send, which tells whose it is: modulo the number of
  /// shards it is the shard. None: too many are open.
  [[nodiscard]] std::optional<std::uint64_t> open(SessionId session,
                                                  std::optional<protocol::RequestId> id,
                                                  TimePoint now);
  /// What to tell the session; nothing where nobody waits, or nobody does any more.
  [[nodiscard]] std::optional<topics::PublishOutcome> close(
      const adapters::abi::SendOutcome& outcome);
  /// The next send whose time is up ends as unknown; call until there is none.
  [[nodiscard]] std::optional<topics::PublishOutcome> expire(TimePoint now);
  /// When `expire` will next have something.
  [[nodiscard]] std::optional<TimePoint> deadline() const;

private:
  struct Waiting {
    SessionId session;
    std::optional<protocol::RequestId> id;
  };

  Options options_;
  std::uint64_t next_;
  std::unordered_map<std::uint64_t, Waiting> open_;
  std::deque<std::pair<TimePoint, std::uint64_t>> deadlines_;  ///< ended ones included
};

}  // namespace weir::gateway::app
