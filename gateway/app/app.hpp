#pragma once

#include "adapters/common/wake_up.hpp"
#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/admin_routes.hpp"
#include "gateway/app/admin_server.hpp"
#include "gateway/app/log_sink.hpp"
#include "gateway/app/shard.hpp"
#include "gateway/app/shard_link.hpp"
#include "gateway/app/shared_admission.hpp"
#include "gateway/app/shared_places.hpp"
#include "gateway/app/tls_files.hpp"
#include "gateway/app/token_authenticator.hpp"
#include "gateway/config/config.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// The whole gateway in one object: shards, doors, adapters and the admin port. Used by one thread,
/// which starts it and stops it in steps.
class App final : public AdminSource {
public:
  struct Options {
    config::Config config;
    std::filesystem::path config_folder;  ///< for plug-ins with a relative name
    std::vector<auth::Key> token_keys{};  ///< that the config names
    TlsContexts tls{};                    ///< that the config names
    std::span<const adapters::abi::BuiltIn> built_ins;
    LogSink& log;  ///< outlives the app
    /// One line for each address that is listened at; any thread.
    std::function<void(const std::string& line)> announce;
    std::string version;
    /// An adapter holds up the stop; says which, in a sentence. A thread of its own.
    std::function<void(const std::string& what)> on_stuck{};
  };

  /// Opens the adapters and binds all ports. Errors: std::runtime_error - says what cannot be had.
  explicit App(Options options);
  /// Drops whatever still is.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Errors: AdapterError - an adapter cannot begin.
  void start();
  /// Lets clients that come from now on in by another configuration, which differs from the one
  /// before in what can change while running. False: a shard has not taken it in time; ask again.
  [[nodiscard]] bool reload(const config::Config& config,
                            std::vector<auth::Key> token_keys,
                            const TlsContexts& tls);
  /// The first step of a stop: not ready any more, no new connections, goodbye to those there are.
  void begin_stop();
  /// Whether the last client has left.
  [[nodiscard]] bool is_drained();

  /// As they are announced: "client ws://127.0.0.1:43121/ws".
  [[nodiscard]] std::vector<std::string> addresses() const;

  // AdminSource
  [[nodiscard]] std::optional<metrics::MetricsSnapshot> measure() override;
  [[nodiscard]] std::vector<std::string> find_obstacles() override;
  [[nodiscard]] std::optional<Listing<SessionInfo>> list_sessions(
      const SessionQuery& query) override;
  [[nodiscard]] protocol::Result<SessionInfo, SessionFault> ask_session(
      SessionId id, const SessionRequest& request) override;
  [[nodiscard]] protocol::Result<std::size_t, RevokeFault> revoke(
      const std::string& subject) override;
  [[nodiscard]] std::optional<Listing<TopicInfo>> list_topics(const std::string& filter) override;
  [[nodiscard]] std::vector<AdapterInfo> list_adapters() override { return bridge_.describe(); }

private:
  void make_shards();
  [[nodiscard]] std::vector<adapters::common::WakeUp*> wake_ups() const;
  /// Asks all shards. None: one has not answered in time.
  template <class Answer>
  std::optional<std::vector<Answer>> ask(const std::function<Answer(Shard&)>& question);

  Options options_;
  const double start_time_s_;
  std::vector<std::unique_ptr<adapters::common::WakeUp>> wake_ups_;
  ShardLinks links_;
  SharedAdmission admission_;
  SharedPlaces places_;
  TokenAuthenticator authenticator_;
  AdapterBridge bridge_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::atomic<bool> is_draining_ = false;
  AdminServer admin_;  // last: it asks the others
};

}  // namespace weir::gateway::app
