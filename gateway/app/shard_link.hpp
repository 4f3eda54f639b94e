#pragma once

#include "adapters/common/wake_up.hpp"
#include "gateway/app/door.hpp"
#include "gateway/core/ids.hpp"
#include "gateway/topics/link_message.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace weir::gateway::app {

class ShardLinks;

/// One shard's side of the doors to and from all others. Used by that shard's thread only, but for
/// `waiting`. Owned by ShardLinks.
class ShardLink final : public topics::LinkPort {
public:
  ShardLink(ShardLinks& links, ShardIndex shard);

  [[nodiscard]] bool try_send(ShardIndex to, topics::LinkMessage& message) override;
  /// At the end of a turn: wakes the shards that were sent something in it, each once.
  void wake_receivers();

  using OnRoom = std::function<void(ShardIndex to)>;
  using OnMessage = std::function<void(ShardIndex from, topics::LinkMessage&& message)>;

  /// Calls `on_room` for each door that had refused a message and has room again.
  void take_room(const OnRoom& on_room);
  /// Takes messages with at most `entries_max` entries together, from all doors in turn, but one
  /// whatever it has; a message of another kind counts as one entry. True: more waits.
  bool take(std::size_t entries_max, const OnMessage& on_message);

  /// Messages that wait to be taken. Any thread.
  [[nodiscard]] std::size_t waiting() const;

private:
  ShardLinks& links_;
  ShardIndex shard_;
  ShardIndex next_from_ = 0;  ///< whose door is looked at first, so that none is always last
  std::vector<bool> was_sent_;
};

/// All doors between the shards of one gateway: one for each ordered pair. Owned by the app,
/// outlives the shards.
class ShardLinks {
public:
  /// Shape:  `wake_ups` by shard; they must outlive the links.
  ShardLinks(std::vector<adapters::common::WakeUp*> wake_ups, std::size_t door_messages = 256);
  ShardLinks(const ShardLinks&) = delete;
  ShardLinks& operator=(const ShardLinks&) = delete;
  ~ShardLinks() = default;

  [[nodiscard]] ShardLink& of(ShardIndex shard) { return *ends_.at(shard); }

private:
  friend class ShardLink;
  using LinkDoor = Door<topics::LinkMessage>;

  [[nodiscard]] LinkDoor& door(ShardIndex from, ShardIndex to) const {
    return *doors_[from * wake_ups_.size() + to];
  }

  std::vector<adapters::common::WakeUp*> wake_ups_;
  std::vector<std::unique_ptr<LinkDoor>> doors_;  ///< by sender, then receiver; none to itself
  std::vector<std::unique_ptr<ShardLink>> ends_;
};

}  // namespace weir::gateway::app
