#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/core/time.hpp"
#include "gateway/net/connection_settings.hpp"
#include "gateway/net/counters.hpp"
#include "gateway/net/link_meter.hpp"
#include "gateway/net/write_budget.hpp"
#include "gateway/session/endpoint.hpp"
#include "protocol/core/bytes.hpp"
#include "protocol/core/error.hpp"
#include "protocol/websocket/message_assembler.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace weir::gateway::net {

/// Everything that is decided on one WebSocket after its handshake, or on one event stream after
/// its request: messages in, writes out, deadlines, limits and the end. Pure: the shell around it
/// brings bytes and time, and does what the machine says. Owns the endpoint. Kept small, because
/// there is one for every connection.
class ConnectionMachine final : public session::ConnectionPort {
public:
  /// Whom it tells, at any time in a turn, that there is something to collect or to wait for.
  class Host {
  public:
    virtual void on_due() = 0;
    /// The deadline came nearer.
    virtual void on_deadline_moved() = 0;

  protected:
    ~Host() = default;
  };
  /// What all machines of a route share; both outlive them.
  struct Shared {
    const ConnectionSettings& settings;
    Counters& counters;
  };
  /// What the shell is to do with the socket.
  enum class Socket : std::uint8_t {
    keep,
    shut_down,  ///< nothing more will be sent: tell the peer, once, and read on
    close,
    reset,  ///< close, and drop what the kernel has not sent
  };

  ConnectionMachine(const Shared& shared,
                    Host& host,
                    const std::optional<protocol::websocket::DeflateParameters>& deflate);
  ConnectionMachine(const ConnectionMachine&) = delete;
  ConnectionMachine& operator=(const ConnectionMachine&) = delete;
  ~ConnectionMachine() = default;

  /// Before all else.
  void open(std::unique_ptr<session::Endpoint> endpoint) { endpoint_ = std::move(endpoint); }

  // From the endpoint
  void request_flush() override;
  void request_deadline() override { host_.on_deadline_moved(); }
  void request_ping() override;
  void note_response(unsigned status) override { counters_.count_response(status); }
  void request_close(protocol::CloseReason reason) override;

  // From the socket
  /// Bytes that were read; they are unmasked where they are. What cannot be taken now is kept.
  void on_bytes(protocol::MutableByteView bytes, Now now);
  /// Goes on with what was kept; only when `has_resumed`.
  void on_resumed(Now now);
  /// The peer will send no more, but may still read.
  void on_end();
  /// The connection is gone.
  void on_broken();

  // To the socket
  /// Whether there may be something to collect.
  [[nodiscard]] bool is_due() const { return is_due_; }
  /// Fills `out` with the next write; nothing, when there is none. Only when the socket has taken
  /// the one before.
  void collect(WriteBatch& out, Now now);
  /// The socket took so many bytes of the write.
  void on_taken(std::size_t bytes, Now now);
  /// Whether it watches what is on its way to the peer. Begins with the first sample, which is
  /// wanted when the socket takes no more; ends when the link has taken everything for a while.
  [[nodiscard]] bool is_link_metered() const { return link_ != nullptr; }
  [[nodiscard]] bool wants_link_sample(Now now) const {
    return link_ && link_->wants_sample(now.steady);
  }
  /// What the kernel holds, and the peer has not acknowledged.
  void on_link_sample(std::size_t queued_bytes, Now now);

  // Time
  /// When `on_deadline` wants to be called; asked again after every other call.
  [[nodiscard]] std::optional<TimePoint> deadline() const;
  void on_deadline(Now now);

  // What the shell is to do
  /// Whether to read. Otherwise the bytes stay in the kernel.
  [[nodiscard]] bool wants_input() const;
  /// Whether there are bytes that were kept and can be taken now.
  [[nodiscard]] bool has_resumed() const { return unread_ && can_parse(); }
  [[nodiscard]] Socket socket() const { return socket_; }
  [[nodiscard]] Carrier carrier() const { return settings_.carrier; }
  /// Once, when the socket has been closed: counts the end, and tells the endpoint.
  void finish(Now now);
  /// Why it ended, or ends.
  [[nodiscard]] protocol::CloseReason reason() const { return reason_; }
  /// Heap bytes that it holds for its peer, besides the endpoint's.
  [[nodiscard]] std::size_t held_bytes() const;

private:
  enum class Phase : std::uint8_t {
    open,
    draining,   ///< what there is to say is sent first, then our close frame
    closing,    ///< our close frame was collected; the peer's may be missing
    lingering,  ///< both sides are through: wait a little for the peer to end the connection
    ended,
  };
  /// Who ended it, and how, for the metrics.
  enum class Cause : std::uint8_t { ours, peers_code, peers_other_code, abnormal };

  void parse(protocol::MutableByteView bytes, Now now);
  void on_inbound(const protocol::websocket::Inbound& inbound, Now now);
  void on_control_frame(Now now);
  void on_pong(std::string_view payload, Now now);
  void on_close(const protocol::websocket::Close& close, Now now);
  /// Closes and looks at nothing more that comes in.
  void fail(protocol::CloseReason reason);
  void drain(protocol::CloseReason reason, Cause cause);
  void drop_input();
  [[nodiscard]] bool can_parse() const;
  /// What the endpoint may send now. The rest waits in it, where it can be conflated.
  void pull(WriteBatch& out, Now now);
  void release();
  void add_control(WriteBatch& out, Now now);
  void collect_rest(WriteBatch& out, Now now);
  void begin_draining(TimePoint now);
  void add_close_frame(WriteBatch& out) const;
  void on_all_taken(Now now);
  /// Everything was said and taken: the end, as far as the peer has had its say.
  void part(Now now);
  void on_phase_deadline(Now now);
  void end(Socket how);
  void linger(TimePoint now);

  const ConnectionSettings& settings_;
  Counters& counters_;
  Host& host_;
  std::unique_ptr<session::Endpoint> endpoint_;
  protocol::websocket::MessageAssembler assembler_;
  WriteBudget budget_;
  std::unique_ptr<LinkMeter> link_;       ///< of a peer whose socket was unwritable
  std::unique_ptr<std::string> control_;  ///< pongs and pings that wait for the next write
  std::unique_ptr<std::string> unread_;   ///< bytes that came while the endpoint wanted none
  TimePoint assembling_since_{};          ///< while the assembler is in a message
  TimePoint pinged_at_{};                 ///< while a ping is on its way; none: none is
  TimePoint control_until_{};             ///< up to here the allowance of control frames is used
  TimePoint progress_at_{};            ///< while a write is in flight: when bytes were last taken
  TimePoint phase_until_{};            ///< of every phase but `open`; none: not begun yet
  std::uint32_t write_bytes_ = 0;      ///< of the write in flight
  std::uint32_t in_flight_bytes_ = 0;  ///< of it, not taken yet
  std::uint16_t peer_code_ = 0;        ///< in the peer's close frame; 0: none
  Phase phase_ = Phase::open;
  Cause cause_ = Cause::abnormal;
  Socket socket_ = Socket::keep;
  protocol::CloseReason reason_ = protocol::CloseReason::going_away;
  bool is_due_ : 1 = false;
  bool is_held_ : 1 = false;    ///< no room on the link: only control messages go
  bool owes_ping_ : 1 = false;  ///< goes with the next write
  bool is_assembling_ : 1 = false;
  bool drops_input_ : 1 = false;      ///< the peer broke the rules, or is slow
  bool is_drained_ : 1 = false;       ///< the endpoint is not asked any more
  bool has_peer_closed_ : 1 = false;  ///< its close frame came
  bool has_peer_ended_ : 1 = false;   ///< it sends no more
};

}  // namespace weir::gateway::net
