#pragma once

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/bench/load/tally.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::tests::bench {

/// What all subscribers of a group ask for; outlives them.
struct Subscription {
  std::string host;  ///< 127.0.0.1:port
  std::string topic;
  std::string delivery;
};

/// One client: handshake, one subscription, then deliveries that it counts. Sans-IO: bytes come in
/// as arguments, bytes to send lie in `output`.
class Subscriber {
public:
  enum class State : std::uint8_t { upgrading, subscribing, live, ended };

  /// `subscription` and `tally` must outlive it. The request to upgrade is in `output` at once.
  Subscriber(const Subscription& subscription, Tally& tally);

  /// Takes what was read at `now` (CLOCK_MONOTONIC ns); changes it. True while the connection is to
  /// go on.
  bool on_bytes(protocol::MutableByteView bytes, std::int64_t now);
  /// The server has closed the connection, or it broke.
  void on_end();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::string& output() { return output_; }
  /// Of the newest delivery; 0 before the first.
  [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }

private:
  [[nodiscard]] protocol::MutableByteView take_response(protocol::MutableByteView bytes);
  void on_message(std::string_view message, std::int64_t now);
  void send_frame(protocol::websocket::Opcode opcode, std::string_view payload);
  void refuse(std::string_view why);

  const Subscription& subscription_;
  Tally& tally_;
  protocol::websocket::MessageAssembler assembler_;
  std::string response_;  ///< to the upgrade, as far as it has come
  std::string output_;
  std::uint64_t last_sequence_ = 0;
  State state_ = State::upgrading;
};

}  // namespace weir::tests::bench
