#pragma once

#include "adapters/abi/host_port.hpp"
#include "gateway/app/topic_owners.hpp"
#include "gateway/topics/replays.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace weir::gateway::app {

/// What adapters have replayed for one shard and it has not taken yet: a bounded queue for each
/// replay, so that one whose client is slow fills only its own. Wakes nobody: that is the owner's.
/// Owned by the bridge.
class ReplayMailbox {
public:
  /// Of one replay: from here on its adapter is asked to slow down; at twice that it is refused.
  struct Limits {
    std::size_t entries = 256;
    std::size_t bytes = std::size_t{64} * 1024;
  };

  ReplayMailbox() : ReplayMailbox(Limits{}) {}
  explicit ReplayMailbox(Limits limits) : limits_(limits) {}

  // The shard's thread

  void open(std::uint64_t id, AdapterIndex adapter);
  /// What follows is refused. The adapter, where it waits for room and must be told that it need
  /// not.
  [[nodiscard]] std::optional<AdapterIndex> close(std::uint64_t id);
  struct Taken {
    topics::ReplayPart part;
    std::optional<AdapterIndex> has_room;  ///< the adapter was asked to slow down, and may go on
  };
  [[nodiscard]] Taken take(std::uint64_t id, std::size_t entries_max);
  /// The replays that have got something since the last call.
  [[nodiscard]] std::vector<std::uint64_t> take_news();

  // Any thread

  struct Put {
    adapters::abi::PublishAnswer answer;
    bool is_news = false;  ///< the shard must be woken
  };
  /// Answers as ABI.md says; refuses what nobody waits for as `unavailable`.
  [[nodiscard]] Put put(adapters::abi::ReplayPart&& part);

private:
  struct Queue {
    AdapterIndex adapter = 0;
    std::deque<std::pair<protocol::Publication, std::size_t>> entries;  ///< with their bytes
    std::size_t bytes = 0;
    topics::ReplayEnd ended = topics::ReplayEnd::none;
    bool has_slowed = false;
    bool is_noted = false;
  };

  [[nodiscard]] bool is_beyond(const Queue& queue, std::size_t times) const {
    return queue.entries.size() >= times * limits_.entries || queue.bytes >= times * limits_.bytes;
  }

  Limits limits_;
  std::mutex mutex_;                       ///< of all below
  std::map<std::uint64_t, Queue> queues_;  ///< of open replays
  std::vector<std::uint64_t> news_;
};

}  // namespace weir::gateway::app
