#pragma once

#include "adapters/abi/adapter_instance.hpp"
#include "adapters/abi/call_book.hpp"
#include "adapters/abi/plugin.hpp"
#include "adapters/common/wake_up.hpp"
#include "gateway/app/adapter_host.hpp"
#include "gateway/app/adapter_item.hpp"
#include "gateway/app/adapter_watch.hpp"
#include "gateway/app/adapter_worker.hpp"
#include "gateway/app/replay_mailbox.hpp"
#include "gateway/app/topic_owners.hpp"
#include "gateway/config/config.hpp"
#include "gateway/core/ids.hpp"
#include "gateway/core/log.hpp"
#include "gateway/topics/demand.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// How one adapter is.
struct AdapterInfo {
  std::string name;
  std::string type;
  adapters::abi::StatusReport status;
  std::map<std::string, std::uint64_t> events;  ///< what it counts by itself, and is counted of it
  std::string blocked_in{};                     ///< the call that does not return; else empty
  adapters::abi::WantedFilters wanted{};        ///< of the topics that it owns
};

/// All adapters of the gateway: opens, starts and stops them, and stands between them and the
/// shards. Each shard has its own side of it, ShardAdapters. Owned by the app; the wake-ups and the
/// log outlive it.
///
/// Threads: construction, `start`, `stop` and destruction by one; the others are const, or say so.
class AdapterBridge {
public:
  struct Options {
    std::span<const config::AdapterConfig> adapters;  ///< they outlive the bridge
    std::span<const adapters::abi::BuiltIn> built_ins;
    std::filesystem::path config_folder;  ///< plug-ins with a relative name are looked up here
    protocol::Limits limits;
    std::vector<adapters::common::WakeUp*> shards;  ///< their wake-ups
    Log* log = nullptr;
    /// An adapter listens now; any thread.
    std::function<void(std::string_view name, std::string_view url)> on_listening;
    /// An adapter holds up the stop, which it must not for ever; says which, in a sentence. Its own
    /// thread. Empty: then it may.
    std::function<void(const std::string& what)> on_stuck{};
  };

  /// Opens all adapters, without effects that others could see.
  /// Errors: AdapterError - what is wrong with the configuration of which adapter.
  explicit AdapterBridge(const Options& options);
  ~AdapterBridge();
  AdapterBridge(const AdapterBridge&) = delete;
  AdapterBridge& operator=(const AdapterBridge&) = delete;

  /// Errors: AdapterError - one of them cannot begin.
  void start();
  /// Waits until all have ended their work; nothing is published any more. Receipts still go out.
  void stop();

  [[nodiscard]] std::size_t size() const { return adapters_.size(); }
  [[nodiscard]] const config::AdapterConfig& config(AdapterIndex adapter) const;
  [[nodiscard]] const TopicOwners& owners() const { return owners_; }
  [[nodiscard]] ShardIndex shards() const { return static_cast<ShardIndex>(wake_ups_.size()); }
  /// Any thread.
  [[nodiscard]] std::vector<AdapterInfo> describe() const;

  // Shards' threads
  [[nodiscard]] AdapterHost& host(AdapterIndex adapter) { return adapters_.at(adapter)->host; }
  [[nodiscard]] AdapterWorker& worker(AdapterIndex adapter) {
    return *adapters_.at(adapter)->worker;
  }
  /// What adapters have made of this shard's sends.
  [[nodiscard]] Inbox<adapters::abi::SendOutcome>& outcomes(ShardIndex shard) {
    return *outcomes_.at(shard);
  }
  /// What adapters have replayed for this shard.
  [[nodiscard]] ReplayMailbox& replays(ShardIndex shard) { return *replays_.at(shard); }
  [[nodiscard]] bool can_replay(AdapterIndex adapter) const {
    return adapters_.at(adapter)->instance->can_replay();
  }
  /// Tells the owners what is wanted. Shard 0.
  void on_demand(std::span<const topics::DemandSignal> signals);

private:
  /// Destroyed from below, when the worker has stopped and the instance is gone: each calls the
  /// one above it, and the instance tells the worker what has ended.
  struct Adapter {
    explicit Adapter(AdapterHost::Options options) : host(std::move(options)) {}
    AdapterHost host;
    adapters::abi::CallBook calls;
    std::atomic<std::uint64_t> slow_calls = 0;
    std::unique_ptr<adapters::abi::AdapterInstance> instance;
    std::unique_ptr<AdapterWorker> worker;
  };

  void open(const Options& options, AdapterIndex index);
  void watch(AdapterIndex index);

  std::span<const config::AdapterConfig> configs_;
  TopicOwners owners_;
  std::vector<adapters::common::WakeUp*> wake_ups_;
  std::vector<std::unique_ptr<Inbox<adapters::abi::SendOutcome>>> outcomes_;  ///< by shard
  std::vector<std::unique_ptr<ReplayMailbox>> replays_;                       ///< by shard
  std::vector<std::unique_ptr<Adapter>> adapters_;
  AdapterWatch watch_;  // last: it watches the others
};

/// Opens an adapter and closes it again.
/// Errors: AdapterError - as the bridge.
void check_adapter(const config::AdapterConfig& adapter,
                   std::span<const adapters::abi::BuiltIn> built_ins,
                   const std::filesystem::path& config_folder,
                   const protocol::Limits& limits);

}  // namespace weir::gateway::app
