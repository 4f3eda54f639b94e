#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/core/time.hpp"
#include "gateway/net/byte_stream.hpp"
#include "gateway/net/epoll_set.hpp"
#include "gateway/net/timing_wheel.hpp"
#include "protocol/core/bytes.hpp"
#include "protocol/core/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weir::gateway::net {

/// A connected socket and what stands behind it. Owned by the reactor, which alone calls it, in
/// turns.
class Peer : public EpollSet::Watched, public TimingWheel::Node {
public:
  virtual ~Peer() = default;

  virtual void on_deadline() = 0;
  /// It has asked to go on reading.
  virtual void on_input() = 0;
  /// It has asked to go on writing.
  virtual void flush() = 0;
  /// Ends the connection when all is said.
  virtual void end(protocol::CloseReason reason) = 0;
  /// Ends the connection now, by a reset; after this at most `on_closed`.
  virtual void abort() = 0;
  /// The last call, after Reactor::close.
  virtual void on_closed() = 0;

private:
  friend class Reactor;
  std::uint32_t index_ = 0;  ///< among the reactor's peers
  bool is_flush_queued_ : 1 = false;
  bool is_input_queued_ : 1 = false;
  bool is_closed_ : 1 = false;
};

/// All connections of one shard, and whose turn it is: sockets that became ready, deadlines that
/// have come, peers that asked to be called. Knows nothing of what they do. One turn is begin,
/// dispatch, whatever else the shard has, flush.
class Reactor {
public:
  static constexpr std::size_t read_bytes = std::size_t{16} * 1024;

  explicit Reactor(Now now);
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  ~Reactor() = default;
  /// Parts with all peers.
  void clear();

  // Turns
  void begin(Now now) { now_ = now; }
  /// Calls everyone who has input or a deadline, and parts with those who were closed.
  void dispatch();
  /// Calls everyone who has asked for it since the last flush.
  void flush();
  /// Whether another turn is wanted at once.
  [[nodiscard]] bool has_more() const;
  /// When another turn is wanted otherwise.
  [[nodiscard]] std::optional<TimePoint> next_wake_up() const { return wheel_.next_wake_up(); }
  /// Readable while sockets have something to tell.
  [[nodiscard]] int descriptor() const { return sockets_.descriptor(); }

  // Peers
  /// Takes the peer and watches its socket. Returns it; nullptr: the kernel has no memory.
  Peer* add(std::unique_ptr<Peer> peer, int descriptor);
  /// Takes the peer, which goes on with a socket that is watched already.
  Peer* take_over(std::unique_ptr<Peer> peer, int descriptor);
  void queue_flush(Peer& peer);
  void queue_input(Peer& peer);
  /// `on_deadline` comes then, or before; none: it does not come.
  void set_deadline(Peer& peer, std::optional<TimePoint> at);
  /// The peer has closed its socket; `on_closed` follows in this turn or the next.
  void close(Peer& peer);
  void visit(const std::function<void(Peer&)>& visitor);
  /// Peers whose `on_closed` has not been called.
  [[nodiscard]] std::size_t size() const { return peers_.size(); }

  [[nodiscard]] Now now() const { return now_; }
  /// To read into: one for all, so its content ends with the call.
  [[nodiscard]] protocol::MutableByteView read_buffer() { return read_buffer_; }
  /// To write from: one for all, empty, so that it need not be allocated anew.
  [[nodiscard]] WriteBatch& batch();
  /// To list what a write gathers: one for all.
  [[nodiscard]] std::span<std::string_view, ByteStream::pieces_max> pieces() { return pieces_; }

private:
  Peer* own(std::unique_ptr<Peer> peer);
  void part_with_closed();

  Now now_;
  EpollSet sockets_;
  TimingWheel wheel_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<Peer*> flushes_;
  std::vector<Peer*> inputs_;
  std::vector<Peer*> closed_;
  std::vector<Peer*> current_;  ///< the queue that is being worked off
  WriteBatch batch_;
  std::array<std::string_view, ByteStream::pieces_max> pieces_;
  std::array<std::uint8_t, read_bytes> read_buffer_{};
  bool has_more_events_ = false;
};

}  // namespace weir::gateway::net
