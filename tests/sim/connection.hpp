#pragma once

#include "gateway/net/write_budget.hpp"
#include "gateway/session/session.hpp"
#include "protocol/native/json_client.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/sim/connection_oracle.hpp"
#include "tests/sim/event_queue.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace weir::tests::sim {

class SimClient;
class World;

/// A message on its way to a client.
struct Arrival {
  protocol::native::ServerMessage message;
  std::size_t payload_bytes;
  std::optional<Fields> fields;  ///< that a state of a record or table has
};

/// How a connection's network behaves.
struct Link {
  std::uint64_t bytes_per_s = 0;  ///< 0: as fast as anything
  std::size_t buffer_bytes = std::size_t{64} * 1024;
  Duration latency = std::chrono::milliseconds(1);
};

/// One connection: a real session on the gateway's side, a socket with a buffer and a rate in
/// between, and a client that decodes real frames. An oracle sees both directions at the session.
class Connection final : public gateway::session::ConnectionPort {
public:
  Connection(World& world, SimClient& client, gateway::ShardIndex shard, Link link);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // ConnectionPort
  void request_flush() override { wants_flush_ = true; }
  void request_close(protocol::CloseReason reason) override {
    closing_ = reason;
    wants_flush_ = true;
  }

  /// From the client: arrives after the latency, and waits while the session does not read.
  void send(protocol::Command command);
  /// Writes what the session has, if nothing is being written. False: it had nothing to do.
  bool flush();
  void watch_births(const ShardState& state) { oracle_.watch_births(state); }
  /// Checks and plans after a turn of its shard.
  void settle(const ShardState& state);
  /// The link is as fast as any from now on.
  void speed_up() { link_.bytes_per_s = 0; }
  void stall_until(TimePoint time) { stalled_until_ = time; }
  /// The operator changes the ceilings of the session, in a turn of its shard.
  void restrict(const gateway::session::CeilingChange& change);

  [[nodiscard]] gateway::ShardIndex shard() const { return shard_; }
  [[nodiscard]] const ConnectionOracle& oracle() const { return oracle_; }
  [[nodiscard]] bool is_done() const { return is_done_; }
  [[nodiscard]] bool is_closing() const { return closing_.has_value(); }
  [[nodiscard]] std::uint64_t serial() const { return serial_; }

private:
  struct Waiting {
    std::uint64_t ends_at;  ///< bytes since the connection began
    Arrival arrival;
  };

  void plan(TimePoint when, void (Connection::*action)());
  void take_input();
  void on_deadline();
  void decode(const gateway::WriteBatch& batch);
  void move_bytes();
  void plan_arrival();
  void on_arrival();

  World* world_;
  SimClient* client_;
  gateway::ShardIndex shard_;
  Link link_;
  gateway::session::Ceilings listener_;
  std::uint64_t serial_;
  ConnectionOracle oracle_;
  std::unique_ptr<gateway::session::Session> session_;
  protocol::websocket::MessageLimits limits_;
  protocol::websocket::MessageAssembler assembler_;

  std::deque<std::pair<TimePoint, protocol::Command>> input_;
  bool is_input_planned_ = false;
  bool wants_flush_ = false;
  std::optional<protocol::CloseReason> closing_;
  bool is_done_ = false;
  std::optional<TimePoint> planned_deadline_;
  std::optional<TimePoint> woken_at_;  ///< by a deadline, the last time

  std::uint64_t written_ = 0;   ///< handed to the socket
  std::uint64_t accepted_ = 0;  ///< in its buffer, or further
  std::uint64_t arrived_ = 0;
  std::deque<Waiting> waiting_;
  bool is_arrival_planned_ = false;
  TimePoint stalled_until_{};
  gateway::net::WriteBudget budget_{std::size_t{64} * 1024};
  std::size_t write_bytes_ = 0;  ///< of the write that is being taken
};

}  // namespace weir::tests::sim
