#include "gateway/app/adapter_bridge.hpp"

#include <utility>

namespace weir::gateway::app {

using adapters::abi::AdapterCode;
using adapters::abi::AdapterError;
using adapters::abi::AdapterInstance;
using adapters::abi::AdapterSettings;
using adapters::abi::SendOutcome;

namespace {

constexpr std::size_t open_sends_max = 1024;  // of one adapter
constexpr std::string_view slow_calls_counter = "slow_calls";
constexpr std::size_t listed_wanted_max = 100;

AdapterCode find_code(const config::AdapterConfig& adapter,
                      std::span<const adapters::abi::BuiltIn> built_ins,
                      const std::filesystem::path& config_folder) {
  if (adapter.type != "plugin") return adapters::abi::find_built_in(adapter.type, built_ins);
  try {
    return adapters::abi::load_plugin(adapter.path, config_folder);
  } catch (const AdapterError& error) {
    throw AdapterError("adapter '" + adapter.name + "': " + error.what());
  }
}

AdapterSettings settings_for(const config::AdapterConfig& adapter, const protocol::Limits& limits) {
  return {.name = adapter.name,
          .config_json = adapter.json,
          .topics = adapter.topics,
          .entry_bytes_max = limits.entry_bytes,
          .line_bytes_max = limits.feed_line_bytes};
}

/// The host of an adapter that is only looked at.
class NoHost final : public adapters::abi::HostPort {
public:
  adapters::abi::PublishAnswer publish(std::span<adapters::abi::PublishItem> /*items*/) override {
    return refused_;
  }
  protocol::Result<void> reset(std::string_view /*topic*/) override {
    return protocol::fail(refused_.error);
  }
  void report(adapters::abi::Report /*report*/) override {}
  void sent(SendOutcome /*outcome*/) override {}
  adapters::abi::PublishAnswer replayed(adapters::abi::ReplayPart /*part*/) override {
    return refused_;
  }

private:
  const adapters::abi::PublishAnswer refused_{
      adapters::abi::Answer::refused, 0, {protocol::ErrorCode::unavailable, "only checking"}};
};

}  // namespace

AdapterBridge::AdapterBridge(const Options& options)
    : configs_(options.adapters),
      owners_(options.adapters),
      wake_ups_(options.shards),
      watch_({.log = options.log, .on_stuck = options.on_stuck}) {
  for (std::size_t i = 0; i < wake_ups_.size(); ++i) {
    // Room for the end of every send that may be open: none is ever refused.
    const InboxLimits limits{.items = open_sends_max * configs_.size() + 1};
    outcomes_.push_back(std::make_unique<Inbox<SendOutcome>>(limits));
    replays_.push_back(std::make_unique<ReplayMailbox>());
  }
  for (AdapterIndex i = 0; i < configs_.size(); ++i) open(options, i);
}

AdapterBridge::~AdapterBridge() {
  stop();
  // Now, while it is still watched whether they return.
  for (const auto& adapter : adapters_) {
    adapter->worker->stop();
    adapter->instance.reset();  // what it ends now is still told to the worker
  }
}

void AdapterBridge::open(const Options& options, AdapterIndex index) {
  const auto& config = configs_[index];
  std::vector<ShardMailbox> mailboxes;
  mailboxes.reserve(wake_ups_.size());
  for (std::size_t i = 0; i < wake_ups_.size(); ++i) {
    mailboxes.push_back({wake_ups_[i], outcomes_[i].get(), replays_[i].get()});
  }
  auto* adapter = adapters_
                      .emplace_back(std::make_unique<Adapter>(AdapterHost::Options{
                          .index = index,
                          .name = config.name,
                          .owners = owners_,
                          .shards = std::move(mailboxes),
                          .log = *options.log,
                          .on_listening = options.on_listening,
                          .on_sent = [this, index] { worker(index).on_sent(); },
                          .on_replayed = [this, index] { worker(index).on_replayed(); },
                          .inbox = {},
                      }))
                      .get();
  watch(index);
  adapter->instance =
      std::make_unique<AdapterInstance>(find_code(config, options.built_ins, options.config_folder),
                                        settings_for(config, options.limits),
                                        adapter->host,
                                        &adapter->calls);
  adapter->worker = std::make_unique<AdapterWorker>(
      *adapter->instance,
      AdapterWorker::Options{.open_sends = open_sends_max,
                             // Those that nobody wants any more end a little later.
                             .open_replays = 2 * options.limits.replays,
                             .on_receipts_given = [this, index](std::size_t count) {
                               if (host(index).settle_receipts(count)) worker(index).resume();
                             }});
}

void AdapterBridge::watch(AdapterIndex index) {
  auto* adapter = adapters_.at(index).get();
  watch_.add({.name = configs_[index].name,
              .calls = &adapter->calls,
              .on_change = [adapter](std::string_view function) {
                if (!function.empty()) ++adapter->slow_calls;
                adapter->host.set_blocked_in(function);
              }});
}

void AdapterBridge::start() {
  for (const auto& adapter : adapters_) {
    adapter->host.announce_status();
    adapter->instance->start();
  }
}

void AdapterBridge::stop() {
  watch_.begin_stop(std::chrono::steady_clock::now());
  for (const auto& adapter : adapters_) {
    if (adapter->instance) adapter->instance->stop();
    adapter->host.drain();
  }
}

const config::AdapterConfig& AdapterBridge::config(AdapterIndex adapter) const {
  return configs_[adapter];
}

std::vector<AdapterInfo> AdapterBridge::describe() const {
  std::vector<AdapterInfo> all;
  all.reserve(adapters_.size());
  for (std::size_t i = 0; i < adapters_.size(); ++i) {
    const auto& adapter = *adapters_[i];
    auto& info =
        all.emplace_back(AdapterInfo{.name = configs_[i].name,
                                     .type = configs_[i].type,
                                     .status = adapter.host.status(),
                                     .events = adapter.instance->counters(),
                                     .blocked_in = adapter.host.blocked_in(),
                                     .wanted = adapter.instance->first_wanted(listed_wanted_max)});
    if (adapter.slow_calls > 0) info.events[std::string(slow_calls_counter)] += adapter.slow_calls;
  }
  return all;
}

void AdapterBridge::on_demand(std::span<const topics::DemandSignal> signals) {
  for (const auto& signal : signals) {
    for (const auto adapter : owners_.find_all(signal.filter)) {
      worker(adapter).set_wanted(signal.filter, signal.is_wanted);
    }
  }
}

void check_adapter(const config::AdapterConfig& adapter,
                   std::span<const adapters::abi::BuiltIn> built_ins,
                   const std::filesystem::path& config_folder,
                   const protocol::Limits& limits) {
  NoHost host;
  const AdapterInstance instance(
      find_code(adapter, built_ins, config_folder), settings_for(adapter, limits), host);
}

}  // namespace weir::gateway::app
