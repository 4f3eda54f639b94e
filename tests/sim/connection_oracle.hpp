#pragma once

#include "gateway/session/hub.hpp"
#include "protocol/core/command.hpp"
#include "protocol/native/json_client.hpp"
#include "tests/sim/cell_oracle.hpp"
#include "tests/sim/limit_oracle.hpp"
#include "tests/sim/truth.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::tests::sim {

/// Two numbers that say whether the topics of a shard are others, or have changed: most turns
/// change nothing, and need not be looked at again.
struct ShardState {
  std::uint64_t topics = 0;
  std::uint64_t changes = 0;

  void add(const gateway::topics::Topic& topic) {
    topics += topic.number() * 0x9E3779B97F4A7C15U;
    changes += topic.number() * 0x9E3779B97F4A7C15U * (2 * topic.log().head().offset + 1) +
               (topic.is_stale() ? topic.number() : 0);
  }
};

/// What a message weighs on the wire.
struct Weight {
  std::size_t frame_bytes = 0;
  std::size_t payload_bytes = 0;
};

/// Watches one connection from both sides: which requests the session is handed, and which frames
/// it hands out. Knows nothing of how the session works, and everything that was ever published.
class ConnectionOracle {
public:
  /// The session's shard has everything that happened to a topic before this.
  using KnownUntil = std::function<gateway::TimePoint(std::string_view topic)>;

  /// `ceilings`: what the configuration says of it.
  ConnectionOracle(const Truth& truth,
                   const gateway::session::Hub& hub,
                   KnownUntil known_until,
                   const gateway::session::Ceilings& ceilings,
                   gateway::TimePoint now)
      : truth_(&truth),
        hub_(&hub),
        known_until_(std::move(known_until)),
        limits_(ceilings, now),
        heard_at_(now),
        sent_at_(now) {}

  /// The session is handed this now.
  void on_command(const protocol::Command& command, gateway::TimePoint now);
  void on_activity(gateway::TimePoint now) { heard_at_ = now; }
  /// The operator changes the session's ceilings now.
  void on_restricted(const gateway::session::CeilingChange& change) {
    limits_.on_restricted(change);
  }
  /// A turn of the shard: topics that came into being are owed to whoever subscribes to them.
  void watch_births(const ShardState& state);
  void begin_pull(std::size_t budget_bytes, gateway::TimePoint now);
  void on_message(const protocol::native::ServerMessage& message,
                  Weight weight,
                  gateway::TimePoint now);
  void end_pull();
  void on_close(protocol::CloseReason reason, gateway::TimePoint now);

  /// The turn is over, the socket takes more, and yet nothing is being written.
  void check_idle(const ShardState& state, gateway::TimePoint now);
  /// Nothing has happened for long, and nothing will.
  void check_quiet() const;

  /// The fields that a state of this topic has from now on; nullptr: it is no record or table.
  [[nodiscard]] const Fields* fields_of(protocol::TopicNumber number) const;
  [[nodiscard]] const std::map<std::string, CellOracle, std::less<>>& cells() const {
    return cells_;
  }

private:
  using Message = protocol::native::ServerMessage;

  struct Head {
    protocol::Epoch epoch;
    Offset offset = 0;
  };
  struct Request {
    protocol::Command command;
    gateway::TimePoint at;
    std::map<std::string, Head> heads;   ///< subscribe: what had to be brought before `ready`
    protocol::EffectiveLimits limits{};  ///< due when the session took it
  };
  struct Sub {
    protocol::SubscribeOptions options;
    std::optional<protocol::Positions> from;
    std::map<std::string, Head> heads;
    int readies_due = 0;
    bool is_ready = false;
    bool is_certain = true;  ///< else its end came before its beginning was told
  };

  void on_reply(const protocol::native::AcceptedReply& reply, gateway::TimePoint now);
  void on_refusal(const protocol::native::RefusedReply& reply);
  void on_topic(const protocol::TopicEvent& event);
  void on_ready(const protocol::ReadyEvent& event);
  void on_delivery(const protocol::native::ReceivedDelivery& delivery,
                   Weight weight,
                   gateway::TimePoint now);
  void subscribed(const protocol::SubscribeCommand& command,
                  const Request& request,
                  gateway::TimePoint now);
  /// The session has been handed the end of this subscription, which it will answer later.
  [[nodiscard]] bool is_ending(const std::string& filter) const;
  /// What the client was brought to is not expected again, whatever happens to it later.
  void note_reached(const CellOracle& cell);
  void limited(const protocol::LimitCommand& limit);
  void unsubscribed(const std::string& filter);
  /// `is_certain`: else what has changed may never have been so.
  void refresh_cells(bool is_certain);
  /// The subscription's max_rate is no more than its topics may have.
  void check_rate(const protocol::SubscribeCommand& command, std::optional<double> told) const;
  /// Whether nothing but the socket and the session's limits holds back what this cell has.
  [[nodiscard]] static bool may_go_at_once(const CellOracle& cell,
                                           const gateway::topics::Topic& topic) {
    return cell.demand().max_rate == 0 && topic.rule().max_delay == gateway::Duration{};
  }
  void had_turn(CellOracle& cell);
  /// Who waits beside it, of the same priority and of others.
  void watch_turns(const CellOracle& served, std::size_t frame_bytes);
  void watch_priorities(const CellOracle& served, std::size_t frame_bytes);
  [[nodiscard]] StartRule start_rule(const TopicTruth& topic,
                                     const protocol::SubscribeOptions& options,
                                     const std::optional<protocol::Positions>& from) const;
  /// What this subscription alone asks for.
  [[nodiscard]] CellDemand demand_of(const protocol::SubscribeOptions& options,
                                     const TopicTruth& topic) const;
  [[nodiscard]] std::optional<CellDemand> demand_for(const TopicTruth& topic) const;
  CellOracle& bear(const TopicTruth& topic, const CellDemand& demand);
  CellOracle& cell_of(protocol::TopicNumber number);
  Request take_request(protocol::RequestId id);
  [[nodiscard]] std::map<std::string, Head> present_heads(const std::string& filter) const;

  const Truth* truth_;
  const gateway::session::Hub* hub_;
  KnownUntil known_until_;
  LimitOracle limits_;
  gateway::Duration heartbeat_ = std::chrono::seconds(15);
  gateway::TimePoint heard_at_;
  gateway::TimePoint sent_at_;
  std::map<protocol::RequestId, Request> requests_;
  std::vector<protocol::RequestId> pings_;  ///< answered at once, so by the next write
  protocol::Positions positions_;
  std::map<std::string, Sub> subs_;
  std::map<std::string, CellOracle, std::less<>> cells_;
  std::map<protocol::TopicNumber, std::pair<std::string, protocol::Epoch>> numbers_;
  std::optional<std::uint64_t> births_seen_;
  std::uint64_t idle_at_ = 0;  ///< state in which it was found to have everything
  std::size_t largest_delivery_ = 0;
  /// What went past cells of lower priorities that wait, less what those had for it.
  std::int64_t passed_bytes_ = 0;
  // of the present pull
  std::size_t budget_ = 0;
  std::size_t pulled_bytes_ = 0;
  std::size_t pulled_frames_ = 0;
  std::size_t first_bytes_ = 0;
  std::size_t pings_at_begin_ = 0;
  bool has_delivered_ = false;
};

}  // namespace weir::tests::sim
