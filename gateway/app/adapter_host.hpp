#pragma once

#include "adapters/abi/host_port.hpp"
#include "adapters/common/wake_up.hpp"
#include "gateway/app/adapter_item.hpp"
#include "gateway/app/replay_mailbox.hpp"
#include "gateway/app/topic_owners.hpp"
#include "gateway/core/ids.hpp"
#include "gateway/core/log.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// As in metrics and in the status topic: "connecting", "up", ...
[[nodiscard]] std::string_view name(adapters::abi::SourceState state);

/// Where one shard takes things from, as those see it who put them there.
struct ShardMailbox {
  adapters::common::WakeUp* wake_up = nullptr;
  Inbox<adapters::abi::SendOutcome>* outcomes = nullptr;
  ReplayMailbox* replays = nullptr;
};

/// The gateway as one adapter sees it: takes what it publishes and passes each entry on to the
/// shard that owns the topic. Called by the adapter's threads, never blocks. Owned by the bridge.
class AdapterHost final : public adapters::abi::HostPort {
public:
  struct Options {
    AdapterIndex index = 0;
    std::string name;
    const TopicOwners& owners;
    std::vector<ShardMailbox> shards;
    Log& log;
    std::function<void(std::string_view name, std::string_view url)> on_listening;
    std::function<void()> on_sent;      ///< the adapter has ended a send
    std::function<void()> on_replayed;  ///< the adapter has ended a replay
    InboxLimits inbox;                  ///< of each shard
    std::size_t open_receipts = 8192;   ///< more than this many asked for and not given: slow down
  };

  explicit AdapterHost(Options options);
  ~AdapterHost() = default;
  AdapterHost(const AdapterHost&) = delete;
  AdapterHost& operator=(const AdapterHost&) = delete;

  // HostPort
  adapters::abi::PublishAnswer publish(std::span<adapters::abi::PublishItem> items) override;
  protocol::Result<void> reset(std::string_view topic) override;
  void report(adapters::abi::Report report) override;
  void sent(adapters::abi::SendOutcome outcome) override;
  adapters::abi::PublishAnswer replayed(adapters::abi::ReplayPart part) override;

  // Any thread
  /// Publishes how the source is, as of now.
  void announce_status();
  /// The adapter does not return from this call, and its status tells so; empty: it has.
  void set_blocked_in(std::string_view function);
  /// From now on everything is refused `draining`.
  void drain() { is_draining_ = true; }
  [[nodiscard]] adapters::abi::StatusReport status() const;
  [[nodiscard]] std::string blocked_in() const;
  /// Receipts were given, or turned out not to be wanted. True: the adapter may go on.
  [[nodiscard]] bool settle_receipts(std::size_t count);

  // The shard's thread
  [[nodiscard]] AdapterInbox& inbox(ShardIndex shard) { return sides_.at(shard)->inbox; }
  /// The inbox of that shard has room again, after it had refused something.
  void on_room(ShardIndex shard);

private:
  struct Side {
    explicit Side(InboxLimits limits) : inbox(limits) {}
    AdapterInbox inbox;
    std::atomic<bool> has_untold = false;  ///< the source has changed, and the inbox was full
    std::uint64_t told_outages = 0;        // under the lock
  };

  [[nodiscard]] Admission hand_in(ShardIndex shard, AdapterItem& item, std::size_t bytes);
  [[nodiscard]] bool tell_source(ShardIndex shard);
  void on_status(adapters::abi::StatusReport report);
  [[nodiscard]] Admission admit_receipt();

  Options options_;
  std::string status_topic_;
  std::vector<std::unique_ptr<Side>> sides_;  ///< by shard
  std::atomic<bool> is_draining_ = false;
  std::atomic<std::size_t> open_receipts_ = 0;
  std::atomic<bool> has_slowed_for_receipts_ = false;

  mutable std::mutex mutex_;  ///< of all below
  adapters::abi::StatusReport status_;
  std::string blocked_in_;
  bool was_up_ = false;
  bool is_away_ = false;
  std::uint64_t outages_ = 0;
  bool is_status_unannounced_ = false;
};

}  // namespace weir::gateway::app
