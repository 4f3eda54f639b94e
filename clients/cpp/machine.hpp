#pragma once

#include "clients/cpp/backoff.hpp"
#include "clients/cpp/events.hpp"
#include "clients/cpp/handled_bytes.hpp"
#include "clients/cpp/heartbeat.hpp"
#include "clients/cpp/server_clock.hpp"
#include "clients/cpp/subscription_table.hpp"
#include "clients/cpp/topic_table.hpp"
#include "clients/cpp/window_sizer.hpp"
#include "protocol/core/command.hpp"
#include "protocol/native/client_codec.hpp"
#include "protocol/native/json_client.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace weir::clients::cpp {

/// What happens when a connection ends and may be made again.
enum class Reconnect : std::uint8_t {
  no,             ///< the first end is the last
  after_success,  ///< once a connection was good; before, the address is probably wrong
};

struct MachineOptions {
  std::string token{};  ///< empty: none
  /// Without `window_bytes`, the window is sized by how long data waits behind the gateway.
  protocol::SessionWishes wishes{};
  Duration heartbeat{15'000};     ///< 1 s to 60 s
  Duration open_timeout{10'000};  ///< from the first packet to the reply to `connect`
  Reconnect reconnect = Reconnect::after_success;
  /// How messages are written; what the application gets and gives is the same in all.
  const protocol::native::ClientCodec* codec = &protocol::native::json_client_codec();
};

/// Make a connection; then `on_open` or `on_closed`.
struct OpenAction {};
/// Send one message, of the type that the codec has.
struct SendAction {
  std::string message;
};
/// Close the connection, or stop making it; `on_closed` is not wanted any more.
struct CloseAction {
  std::uint16_t code = 1000;
  std::string reason;
};
/// Hand an event to the application; when it returns, `on_handled(handled_bytes)`.
struct TellAction {
  ClientEvent event;
  std::uint64_t handled_bytes = 0;
};
using Action = std::variant<OpenAction, SendAction, CloseAction, TellAction>;

/// The protocol `weir.v1` of a client, without socket, clock or randomness of its own: time and
/// messages come in as arguments, what is to be done goes out as actions, in order. Its owner
/// performs `next_action` until there is none after each call, and calls `tick` at `deadline()`.
class Machine {
public:
  Machine(MachineOptions options, RandomSource random);

  // What the application wants. Each request gets one Reply with the id that is returned. While
  // there is no connection a subscribe waits for one, an unsubscribe is done, and all others are
  // refused at once as `unavailable`.
  void start(TimePoint now);
  void stop(TimePoint now);
  protocol::RequestId subscribe(TimePoint now,
                                const std::string& filter,
                                protocol::SubscribeOptions options);
  protocol::RequestId unsubscribe(TimePoint now, const std::string& filter);
  protocol::RequestId publish(TimePoint now, protocol::Publication publication);
  protocol::RequestId limit(TimePoint now, protocol::LimitCommand limit);
  /// Asks for the gateway's clock; by itself the machine does so where it has another reason to.
  protocol::RequestId ping(TimePoint now);

  // What happens on the connection.
  void on_open(TimePoint now);
  void on_message(TimePoint now, std::string_view message);
  /// Something came that makes no sense: another connection may do better.
  void on_unreadable(TimePoint now, const std::string& why);
  void on_closed(TimePoint now, std::uint16_t code, std::string reason);
  /// There is no connection, and `retry` says whether there is sense in trying again.
  void on_failed(TimePoint now, protocol::Retry retry, std::string reason);

  /// Any byte from the gateway, control frames included.
  void on_alive(TimePoint now);
  void on_handled(TimePoint now, std::uint64_t bytes);
  void tick(TimePoint now);
  /// When `tick` is wanted; `never`: not at all.
  [[nodiscard]] TimePoint deadline() const;

  [[nodiscard]] std::optional<Action> next_action();
  /// The gateway's clock, as far as the pings of this connection have told it.
  [[nodiscard]] const ServerClock& clock() const { return clock_; }
  /// No connection will be made any more.
  [[nodiscard]] bool has_ended() const { return phase_ == Phase::ended; }

private:
  enum class Phase : std::uint8_t { idle, opening, greeting, open, waiting, ended };
  enum class RequestKind : std::uint8_t { connect, subscribe, hidden, measurement, told };
  struct Request {
    RequestKind kind = RequestKind::told;  ///< told: the application waits for the reply
    std::string filter;                    ///< of a subscribe
    TimePoint sent_at{};
  };
  /// What is known of a message besides its content.
  struct Arrived {
    TimePoint now;
    std::uint64_t bytes = 0;
  };

  [[nodiscard]] bool is_usable() const {
    return phase_ == Phase::greeting || phase_ == Phase::open;
  }
  protocol::RequestId next_id() { return ++last_id_; }
  void send(TimePoint now, const protocol::Command& command);
  void ask(TimePoint now, protocol::RequestId id, const std::string& filter);
  protocol::RequestId request(TimePoint now,
                              protocol::RequestId id,
                              const protocol::Command& command);
  void tell(ClientEvent event, std::uint64_t handled_bytes = 0);
  void acknowledge(TimePoint now);
  void size_window(TimePoint now);
  /// A request that the application does not hear of.
  void ask_hidden(TimePoint now,
                  RequestKind kind,
                  protocol::RequestId id,
                  const protocol::Command& command);
  /// A reply has come, whatever it says.
  void on_answered(TimePoint now, const Request& request);

  // One message of the gateway. False: it makes no sense, such as one about an unknown topic.
  bool on(const protocol::native::AcceptedReply& reply, const Arrived& at);
  bool on(const protocol::native::RefusedReply& reply, const Arrived& at);
  bool on(const protocol::ErrorEvent& event, const Arrived& at);
  bool on(const protocol::TopicEvent& event, const Arrived& at);
  bool on(const protocol::ReadyEvent& event, const Arrived& at);
  bool on(const protocol::native::ReceivedDelivery& delivery, const Arrived& at);
  bool on(const protocol::GapEvent& event, const Arrived& at);
  bool on(const protocol::StaleEvent& event, const Arrived& at);
  bool on(const protocol::LimitsEvent& event, const Arrived& at);
  bool on(const protocol::HeartbeatEvent& event, const Arrived& at);
  bool on(const protocol::native::ReceivedGoodbye& event, const Arrived& at);
  bool on(const protocol::native::IgnoredMessage& message, const Arrived& at);

  void on_connected(TimePoint now, const protocol::native::AcceptedReply& reply);
  void on_subscribe_refused(TimePoint now,
                            const Request& request,
                            const protocol::native::RefusedReply& reply);
  void answer_subscribes(const std::string& filter, Reply reply);
  void set_limits(const protocol::EffectiveLimits& limits);
  [[nodiscard]] std::optional<Request> take_request(protocol::RequestId id);

  void open(TimePoint now);
  /// Ends what there is of a connection; the requests that it leaves open are answered.
  void forget(TimePoint now);
  void drop(TimePoint now, std::uint16_t code, std::string_view reason);
  void come_back_or_end(TimePoint now,
                        protocol::Retry retry,
                        std::uint16_t code,
                        std::string reason);

  MachineOptions options_;
  Backoff backoff_;
  SubscriptionTable subscriptions_;
  TopicTable topics_;
  std::deque<Action> actions_;
  Phase phase_ = Phase::idle;
  protocol::RequestId last_id_ = 0;
  bool had_success_ = false;
  bool is_window_given_;                                        ///< by the application
  std::multimap<std::string, protocol::RequestId> unanswered_;  ///< subscribes, by filter

  // Of the present connection.
  std::map<protocol::RequestId, Request> requests_;
  Heartbeat heartbeat_;
  HandledBytes handled_;
  ServerClock clock_;
  WindowSizer sizer_;
  std::optional<Goodbye> goodbye_;
  std::size_t message_bytes_max_;
  TimePoint opened_at_;
  TimePoint wake_at_ = never;  ///< opening: give up; waiting: try again
};

}  // namespace weir::clients::cpp
