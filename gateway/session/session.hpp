#pragma once

#include "gateway/flow/token_bucket.hpp"
#include "gateway/session/authenticator.hpp"
#include "gateway/session/bearer.hpp"
#include "gateway/session/deliverer.hpp"
#include "gateway/session/endpoint.hpp"
#include "gateway/session/heartbeat.hpp"
#include "gateway/session/reply_port.hpp"
#include "gateway/session/session_status.hpp"
#include "gateway/session/subscription_set.hpp"
#include "protocol/core/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::session {

class Hub;

/// What one client of `weir.v1` has: its subscriptions, cells and limits. Owned by its connection,
/// used by the hub's shard; the hub must outlive it. Understands commands and writes replies; which
/// cells there are is the subscription set's, what is delivered when is the deliverer's.
class Session final : public Endpoint, public topics::CellOwner {
public:
  struct Options {
    const protocol::Codec& codec;
    const Authenticator& authenticator;
    std::string_view address{};  ///< of the client, for operators; lives for the call
    std::string_view token{};    ///< from the handshake, where one was in it; lives for the call
    Ceilings ceilings{};         ///< of the listener, beside those of the rights
    IdentityPlaces* places = nullptr;  ///< counts it, if it is somebody's; outlives the session
    const PeerCertificate* certificate = nullptr;  ///< of the client, for the call; nullptr: none
    bool is_compressed = false;  ///< permessage-deflate without context takeover was agreed to
    Framing framing = Framing::websocket;
    ReplyPort* replies =
        nullptr;  ///< takes the replies instead of the client; outlives the session
  };

  /// A token that is not good ends the session at its first pull.
  Session(Hub& hub, ConnectionPort& port, const Options& options, Now now);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override;

  // Endpoint
  void on_message(protocol::MessageType type, std::string_view message, Now now) override;
  void on_activity(Now now) override { heartbeat_.on_heard(now.steady); }
  void on_pong(Duration round_trip, Now now) override;
  [[nodiscard]] bool wants_input() const override;
  void pull(std::size_t budget_bytes, WriteBatch& out, Now now) override;
  [[nodiscard]] std::optional<TimePoint> deadline() const override { return deadline_; }
  void on_deadline(Now now) override;
  void on_closed(protocol::CloseReason reason, Now now) override;

  // CellOwner
  void on_due(topics::Cell& cell) override;

  // From the hub
  /// All shards have answered: the request gets its reply, the topics that match get their cells.
  void on_established(Subscription& subscription, protocol::RequestId id);
  /// A topic that an established subscription matches came into being.
  void on_born(Subscription& subscription, topics::Topic& topic);
  /// The outcome of a publish that another shard or an adapter took; no epoch: the source has it.
  void on_published(protocol::RequestId id, protocol::Result<protocol::Position> result);
  /// Says goodbye and closes. `retry_ms`: when to come back; none: not at all.
  void close(protocol::CloseReason reason, std::optional<std::int64_t> retry_ms);

  /// The operator changes the ceilings of this session: the next delivery obeys, and the client is
  /// told where that changes its limits.
  void restrict(const CeilingChange& change);
  [[nodiscard]] SessionStatus status(TimePoint now) const;

  /// Why the client is not let in, as far as the handshake tells; none: it is, or may show a token.
  [[nodiscard]] std::optional<protocol::CloseReason> refusal() const { return refusal_; }
  [[nodiscard]] bool is_admitted() const { return bearer_.is_admitted(); }
  [[nodiscard]] SessionId id() const { return id_; }
  /// Whose session it is; empty: anonymous, or a token that names nobody.
  [[nodiscard]] std::string_view subject() const { return bearer_.subject(); }
  [[nodiscard]] std::size_t cell_count() const { return subscriptions_.cell_count(); }
  [[nodiscard]] std::size_t subscription_count() const { return subscriptions_.size(); }

private:
  /// A client that was closed for what it did comes back after about this long.
  static constexpr std::int64_t retry_ms = 1000;

  // Commands: each ends in exactly one reply, now or later.
  void handle(const protocol::ConnectCommand& command);
  void handle(protocol::SubscribeCommand& command);
  void handle(protocol::PositionsCommand& command);
  void handle(const protocol::UnsubscribeCommand& command);
  void handle(protocol::PublishCommand& command);
  void handle(const protocol::LimitCommand& command);
  void handle(const protocol::PingCommand& command);
  void handle(const protocol::TokenCommand& command);
  void handle(const protocol::AckCommand& command);

  [[nodiscard]] protocol::Result<void> check(const protocol::SubscribeCommand& command) const;
  [[nodiscard]] protocol::Result<void> check(const protocol::PublishCommand& command);
  [[nodiscard]] protocol::EffectiveLimits effective_limits() const;
  /// The rate that a subscription gets, as far as it is known before its topics are.
  [[nodiscard]] double effective_rate(const Subscription& subscription) const;
  /// False: nothing may come before a token was shown, and none was; the connection ends.
  [[nodiscard]] bool admit(const protocol::Command& command);
  /// Makes the session that of the token's bearer. False: the request was refused, and the
  /// connection ends.
  [[nodiscard]] bool take_token(const std::string& token, protocol::RequestId id);
  void begin_as(const protocol::Result<void>& shown);
  /// The reason to end with after a token or certificate that was refused; counts it.
  [[nodiscard]] protocol::CloseReason note_refused(protocol::ErrorCode code);
  void end_refused(protocol::CloseReason reason);
  /// When the token expires; wall time may jump, so the moment is computed anew each time.
  [[nodiscard]] std::optional<TimePoint> identity_ends_at() const;
  /// What the listener and the bearer's rights allow.
  [[nodiscard]] Ceilings configured_ceilings() const;
  void on_bad_message(const protocol::CommandError& error);
  void reply(protocol::RequestId re, decltype(protocol::ReplyEvent::body) body);
  /// Queues an event ahead of deliveries; during a pull it goes behind what was just delivered.
  void tell(const protocol::Event& event);
  void tell_ready();
  /// Ends the subscription. Returns the requests for it that have no reply yet.
  std::vector<protocol::RequestId> remove(Subscription& subscription);
  /// Asks for a pull where one would send something, and notes when time alone will make one worth
  /// while.
  void reschedule();

  Hub& hub_;
  ConnectionPort& port_;
  const protocol::Codec& codec_;
  Framing framing_;
  ReplyPort* replies_;
  Ceilings listener_;
  Bearer bearer_;
  SessionId id_;
  std::string address_;
  Heartbeat heartbeat_;
  Deliverer deliverer_;
  SubscriptionSet subscriptions_;
  flow::TokenBucket publish_rate_;
  std::vector<TimePoint> bad_messages_;  ///< the last few, to see whether they come too often
  protocol::Positions positions_;        ///< for the next subscribe
  WriteBatch control_;                   ///< replies and other events that wait for the next write
  WriteBatch* current_write_ = nullptr;
  std::optional<TimePoint> deadline_;
  std::optional<protocol::CloseReason> refusal_;  ///< of the token in the handshake
  bool has_spoken_ = false;                       ///< a request came before: too late for connect
  bool is_closing_ = false;
};

}  // namespace weir::gateway::session
