#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/session/hub.hpp"
#include "gateway/topics/replays.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::gateway::app {

/// One shard's side of replays: asks the adapters that own topics for what rings no longer have,
/// whichever shard owns the topic. Used by the shard's thread only. Owned by the shard.
class ShardReplays final : public topics::ReplayPort {
public:
  ShardReplays(ShardIndex shard, AdapterBridge& bridge) : shard_(shard), bridge_(bridge) {}

  // ReplayPort
  [[nodiscard]] bool can_replay(std::string_view topic) const override;
  [[nodiscard]] bool start(const topics::ReplayRequest& request) override;
  [[nodiscard]] topics::ReplayPart take(std::uint64_t id, std::size_t entries_max) override;
  void stop(std::uint64_t id) override;

  /// Tells the hub which replays have got something.
  void pass_news(session::Hub& hub);

private:
  ShardIndex shard_;
  AdapterBridge& bridge_;
};

}  // namespace weir::gateway::app
