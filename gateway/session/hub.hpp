#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/log.hpp"
#include "gateway/core/time.hpp"
#include "gateway/session/counters.hpp"
#include "gateway/session/frame_cache.hpp"
#include "gateway/session/limits.hpp"
#include "gateway/session/requester.hpp"
#include "gateway/session/state_frames.hpp"
#include "gateway/session/subscription.hpp"
#include "gateway/topics/demand.hpp"
#include "gateway/topics/link_message.hpp"
#include "gateway/topics/registry.hpp"
#include "gateway/topics/replays.hpp"
#include "gateway/topics/replica.hpp"
#include "gateway/topics/topic_tree.hpp"
#include "protocol/core/limits.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::gateway::session {

class Session;

/// Takes what clients publish to topics that an adapter owns.
class UpstreamPort {
public:
  /// Whether an adapter owns this topic.
  [[nodiscard]] virtual bool takes(std::string_view topic) const = 0;
  /// Hands the publish to its adapter; the outcome comes back through `Hub::on_link` as a
  /// PublishOutcome, once, where there is an id. `shard` and `session` are whom it is for.
  virtual void send(protocol::Publication publication,
                    ShardIndex shard,
                    SessionId session,
                    std::optional<protocol::RequestId> id) = 0;

protected:
  ~UpstreamPort() = default;
};

struct HubOptions {
  ShardIndex shard = 0;
  ShardIndex shards = 1;
  protocol::Limits limits;
  topics::TopicRules rules;
  std::string server = "weir";  ///< told to clients at connect
  std::uint64_t seed = 0;       ///< for epochs and session ids: must differ from run to run
  Duration linger =
      std::chrono::seconds(5);  ///< demand goes on this long after the last subscriber
  std::size_t frame_cache_bytes = std::size_t{16} << 20U;
};

struct HubStats {
  SessionCounters sessions;
  topics::RegistryCounters topics;
  std::size_t owned_topics = 0;
  std::size_t retained_bytes = 0;
  std::size_t waiting_link_messages = 0;
  topics::ReplayCounters replays;
};

/// The shard that owns a topic.
[[nodiscard]] ShardIndex owner_of(std::string_view topic, ShardIndex shards);

/// Everything of one shard between its sockets, its adapters and the other shards: topics,
/// sessions, and who wants what. Pure: time, bytes and messages come in as calls, frames leave
/// through the sessions' pulls and messages through the ports. Each call from outside is one step
/// of a turn; `end_turn` sends what waits for the other shards.
class Hub {
public:
  Hub(HubOptions options,
      topics::LinkPort& links,
      UpstreamPort* upstream,
      topics::ReplayPort* replays = nullptr);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  /// The time of the calls that follow.
  void begin_turn(Now now) {
    now_ = now;
    frames_.begin_turn();
    replays_.begin_turn(now.steady);
  }
  void on_link(ShardIndex from, topics::LinkMessage&& message);
  /// The door to that shard has room again.
  void on_room(ShardIndex to);
  void end_turn();

  /// Takes an adapter's entry for a topic that this shard owns. Errors: as Registry::publish.
  protocol::Result<protocol::Position> accept(protocol::Publication&& publication);
  void reset(std::string_view topic) { registry_.reset(topic); }
  void set_stale(std::string_view filter, bool is_stale) { registry_.set_stale(filter, is_stale); }
  /// Shard 0: what adapters are to be told now, and when to ask again.
  [[nodiscard]] std::vector<topics::DemandSignal> take_demand() {
    return demand_.take_signals(now_.steady);
  }
  [[nodiscard]] std::optional<TimePoint> demand_deadline() const { return demand_.deadline(); }
  /// Something has come of a replay that was started.
  void on_replay(std::uint64_t id) { replays_.on_ready(id); }
  /// When a turn is needed for replays, even if nothing comes.
  [[nodiscard]] std::optional<TimePoint> replay_deadline() const { return replays_.deadline(); }
  /// Says goodbye to every session, to come back at moments spread over `spread`; their connections
  /// close them.
  void close_sessions(protocol::CloseReason reason, Duration spread);

  /// When a client for which there is no room now should come back: another time for each, so that
  /// they do not come together.
  [[nodiscard]] std::int64_t next_retry_ms();

  [[nodiscard]] HubStats stats() const;
  template <class Visit>
  void visit_sessions(const Visit& visit) const {
    for (const auto& [id, session] : sessions_) visit(*session);
  }

  /// nullptr: it has ended, or is another shard's.
  [[nodiscard]] Session* find_session(SessionId id) const;
  /// The shard that a session of this number is on, where there is one.
  [[nodiscard]] static ShardIndex shard_of(SessionId id, ShardIndex shards) {
    return static_cast<ShardIndex>(id % shards);
  }

  // For requests without a session
  /// Gives the requester its number; it must take itself out before it goes.
  [[nodiscard]] SessionId add_requester(Requester& requester);
  void remove_requester(SessionId id) { requesters_.erase(id); }
  /// What a topic holds, where it is this shard's; otherwise `Requester::on_state` follows. Whoever
  /// knows the position that the topic is at gets the image without its state.
  /// Errors: bad_topic - there is no such topic; too_big - more than snapshot_bytes; overloaded.
  [[nodiscard]] std::optional<protocol::Result<topics::LogImagePtr>> ask_state(
      SessionId from, const std::string& topic, const std::optional<protocol::Position>& known);

  // For the hub's sessions
  SessionId add(Session& session);
  void remove(Session& session);
  /// True: all shards have answered for this filter already. Otherwise `Session::on_established`
  /// follows.
  [[nodiscard]] bool subscribe(Session& session,
                               Subscription& subscription,
                               protocol::RequestId id);
  void unsubscribe(Session& session, Subscription& subscription);
  /// The result where it is known at once; otherwise `on_published` of the session or requester
  /// `from` follows where there is an id.
  [[nodiscard]] std::optional<protocol::Result<protocol::Position>> publish(
      SessionId from, protocol::Publication&& publication, std::optional<protocol::RequestId> id);
  template <class Visit>
  void visit_topics(std::string_view filter, const Visit& visit) const {
    registry_.visit_all(filter, visit);
  }

  [[nodiscard]] const Now& now() const { return now_; }
  [[nodiscard]] const HubOptions& options() const { return options_; }
  [[nodiscard]] FrameCache& frames() { return frames_; }
  [[nodiscard]] StateFrameCache& states() { return states_; }
  [[nodiscard]] topics::Replays& replays() { return replays_; }
  [[nodiscard]] topics::FieldSets& field_sets() { return field_sets_; }
  [[nodiscard]] SessionCounters& counters() { return counters_; }

private:
  /// Who of this shard subscribes to one filter.
  struct FilterNode {
    struct Waiting {
      Session* session;
      Subscription* subscription;
      protocol::RequestId id;
    };

    std::uint64_t generation = 0;  ///< answers to older questions do not count
    std::size_t answers_missing = 0;
    std::vector<std::pair<Session*, Subscription*>> subscribers;
    std::vector<Waiting> waiting;
  };

  void handle(ShardIndex from, topics::Follow& message);
  void handle(ShardIndex from, topics::Unfollow& message);
  void handle(ShardIndex from, topics::Followed& message);
  void handle(ShardIndex from, topics::TopicImage& message);
  void handle(ShardIndex from, topics::FeedEntries& message);
  void handle(ShardIndex from, topics::FeedStale& message);
  void handle(ShardIndex from, topics::PublishRequest& message);
  void handle(ShardIndex from, topics::PublishOutcome& message);
  void handle(ShardIndex from, topics::DemandChange& message);
  void handle(ShardIndex from, topics::StateQuestion& message);
  void handle(ShardIndex from, topics::StateAnswer& message);

  /// Errors: as ask_state.
  [[nodiscard]] protocol::Result<topics::LogImagePtr> find_state(
      const std::string& topic, const std::optional<protocol::Position>& known);
  /// The door to the owner of a topic, if it has room for another request; nullptr otherwise.
  [[nodiscard]] topics::Outlet* door_to(ShardIndex owner) const;
  void on_born(topics::Topic& topic);
  /// The client comes from where more had arrived: its positions can be judged only when the other
  /// shards have answered.
  [[nodiscard]] bool is_ahead(const Subscription& subscription) const;
  void establish(const std::string& filter);
  void change_demand(const std::string& filter, bool is_wanted);
  void drop_unwanted_replicas(std::string_view filter);
  [[nodiscard]] bool is_wanted(std::string_view topic) const;
  [[nodiscard]] topics::Topic* find_feed(ShardIndex from, std::uint64_t feed) const;
  template <class Message>
  void send_to_others(const Message& message);

  HubOptions options_;
  UpstreamPort* upstream_;
  Now now_;
  SessionCounters counters_;
  FrameCache frames_;
  StateFrameCache states_;
  topics::FieldSets field_sets_;
  topics::Replays replays_;
  topics::Registry registry_;
  topics::DemandTracker demand_;
  std::vector<std::unique_ptr<topics::Outlet>> outlets_;  ///< by shard; none to itself
  topics::TopicTree<FilterNode> filters_;
  std::vector<std::unordered_map<std::uint64_t, topics::Topic*>> feeds_;  ///< by owner, by feed
  std::unordered_map<SessionId, Session*> sessions_;
  std::unordered_map<SessionId, Requester*> requesters_;
  std::uint64_t next_generation_ = 1;
  std::uint64_t next_session_ = 1;
  std::uint64_t refused_clients_ = 0;
};

}  // namespace weir::gateway::session
