#pragma once

#include "gateway/app/adapter_bridge.hpp"
#include "gateway/app/client_context.hpp"
#include "gateway/app/event_loop.hpp"
#include "gateway/app/inbox.hpp"
#include "gateway/app/session_list.hpp"
#include "gateway/app/session_request.hpp"
#include "gateway/app/shard_adapters.hpp"
#include "gateway/app/shard_link.hpp"
#include "gateway/app/shard_replays.hpp"
#include "gateway/config/config.hpp"
#include "gateway/core/ids.hpp"
#include "gateway/metrics/metrics_snapshot.hpp"
#include "gateway/net/front_end.hpp"
#include "gateway/session/authenticator.hpp"
#include "gateway/session/hub.hpp"
#include "gateway/session/identity_places.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::app {

/// One topic, as operators see it.
struct TopicInfo {
  std::string name;
  ShardIndex shard = 0;
  protocol::Kind kind = protocol::Kind::value;
  protocol::Position head;
  std::size_t ring_entries = 0;
  std::size_t retained_bytes = 0;
  bool is_stale = false;
};

/// Some items of a list, and how many there are.
template <class Info>
struct Listing {
  std::vector<Info> items;
  std::size_t total = 0;
};

/// One thread with everything that it owns: connections, sessions, topics. Works in turns: takes
/// what has arrived from the other shards and the adapters, lets the sockets have their say, sends
/// to the other shards, and flushes each due connection once. Owned by the app.
class Shard final : public net::FrontEndPort {
public:
  struct Options {
    ShardIndex index = 0;
    const config::Config& config;  ///< with the number of shards filled in; outlives the shard
    std::vector<net::ListenerOptions> listeners;
    std::string server;  ///< told to clients at connect
    std::uint64_t seed = 0;
    // All of these outlive the shard.
    adapters::common::WakeUp& wake_up;
    ShardLink& link;
    AdapterBridge& bridge;
    const session::Authenticator& authenticator;
    session::IdentityPlaces& places;
    net::Admission& admission;
    Log& log;
  };

  /// Binds and listens. Errors: std::runtime_error - an address cannot be had.
  explicit Shard(const Options& options);
  /// Stops, and drops every connection.
  ~Shard() override;
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  void start() { loop_.start(); }
  [[nodiscard]] const std::vector<net::BoundAddress>& addresses() const;

  /// Any thread: has the task done by this shard's thread, between two turns. False: too much
  /// waits.
  [[nodiscard]] bool post(std::function<void()> task);

  // For tasks
  /// Goes by these listeners and this cookie for the clients that come from now on. As many
  /// listeners as before, at the same addresses.
  void change_clients(const std::vector<config::ListenConfig>& listen,
                      const std::vector<net::ListenerOptions>& listeners,
                      const std::string& cookie);
  void stop_accepting();
  /// Says goodbye to all clients and ends their connections.
  void close_connections();
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] metrics::MetricsSnapshot measure() const;
  [[nodiscard]] Listing<SessionInfo> list_sessions(const SessionQuery& query) const;
  /// None: no session of this shard has the id.
  [[nodiscard]] std::optional<SessionInfo> ask_session(SessionId id, const SessionRequest& request);
  [[nodiscard]] Listing<TopicInfo> list_topics(const std::string& filter,
                                               std::size_t items_max) const;

  /// Ends the sessions of this subject. Returns how many there were.
  [[nodiscard]] std::size_t end_sessions_of(const std::string& subject);

  // FrontEndPort
  void begin_turn(Now now) override;
  void end_turn() override;
  std::unique_ptr<session::Endpoint> make_endpoint(const net::UpgradeTarget& target,
                                                   session::ConnectionPort& connection,
                                                   Now now) override;
  std::unique_ptr<session::Endpoint> make_refusal(const net::UpgradeTarget& target,
                                                  session::ConnectionPort& connection) override;
  net::Answer respond(const http::Request& request, net::ExchangePort& connection) override;

private:
  [[nodiscard]] ClientContext client_context();
  void on_wake();
  void run_empty_turn();

  Options options_;
  std::vector<config::ListenConfig> listen_;
  std::string cookie_;  ///< that may hold a token; empty: none
  bool is_draining_ = false;
  Inbox<std::function<void()>> tasks_{{.items = 64, .bytes = SIZE_MAX / 2}};
  ShardAdapters adapters_;
  ShardReplays replays_;
  session::Hub hub_;
  session::PublishRates rates_;
  EventLoop loop_;
  std::unique_ptr<net::FrontEnd> front_end_;  // before all that its sessions use goes
};

}  // namespace weir::gateway::app
