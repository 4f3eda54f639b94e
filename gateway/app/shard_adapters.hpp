#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/upstream_sends.hpp"
#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "gateway/session/hub.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace weir::gateway::app {

/// One shard's side of the adapters: puts what they publish into the hub, and hands them what
/// clients publish to their topics. Used by the shard's thread only. Owned by the shard.
class ShardAdapters final : public session::UpstreamPort {
public:
  ShardAdapters(ShardIndex shard, AdapterBridge& bridge);

  // UpstreamPort
  [[nodiscard]] bool takes(std::string_view topic) const override;
  void send(protocol::Publication publication,
            ShardIndex shard,
            SessionId session,
            std::optional<protocol::RequestId> id) override;

  /// Takes about `entries_max` entries, of all adapters in turn, and all outcomes. True: more
  /// waits.
  bool take(std::size_t entries_max, session::Hub& hub);
  /// Shard 0, at the end of a turn: passes on what has become wanted, or is no longer.
  void pass_demand(session::Hub& hub) { bridge_.on_demand(hub.take_demand()); }
  /// When a turn is needed even if nothing arrives.
  [[nodiscard]] std::optional<TimePoint> deadline() const {
    return refused_.empty() ? sends_.deadline() : now_;
  }

  /// What became of an adapter's entries in this shard.
  struct Counts {
    std::uint64_t published = 0;
    std::uint64_t refused = 0;
  };
  [[nodiscard]] std::span<const Counts> counts() const { return counts_; }  ///< by adapter
  /// Items that wait to be taken.
  [[nodiscard]] std::size_t waiting() const;

private:
  /// What one adapter has in this shard.
  struct Source {
    std::unordered_set<std::string> topics;  ///< published here; only where it owns no filters
    std::vector<adapters::abi::Receipt> receipts;
  };

  bool take_items(AdapterIndex adapter, std::size_t entries_max, session::Hub& hub);
  void apply(AdapterIndex adapter, adapters::abi::PublishItem& item, session::Hub& hub);
  void apply(AdapterIndex adapter, StatusEntry& entry, session::Hub& hub);
  void apply(AdapterIndex adapter, const TopicReset& reset, session::Hub& hub);
  void apply(AdapterIndex adapter, const SourceChange& change, session::Hub& hub);
  void take_outcomes(session::Hub& hub);
  void answer(topics::PublishOutcome outcome, session::Hub& hub) const;
  [[nodiscard]] std::vector<std::string> topics_of(AdapterIndex adapter,
                                                   const session::Hub& hub) const;

  ShardIndex shard_;
  AdapterBridge& bridge_;
  UpstreamSends sends_;
  TimePoint now_{};
  AdapterIndex next_ = 0;  ///< who is looked at first, so that none is always last
  std::vector<Source> sources_;
  std::vector<Counts> counts_;
  std::vector<AdapterItem> items_;               ///< scratch
  std::size_t items_taken_ = 0;                  ///< ever
  std::vector<topics::PublishOutcome> refused_;  ///< sends that no adapter was given
};

}  // namespace weir::gateway::app
