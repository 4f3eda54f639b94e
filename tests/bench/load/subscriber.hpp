#pragma once

#include "protocol/core/bytes.hpp"
#include "protocol/websocket/client_handshake.hpp"
#include "protocol/websocket/message_assembler.hpp"
#include "tests/bench/dialect/preset.hpp"
#include "tests/bench/load/tally.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::bench {

/// Which topics of a feed somebody follows, by number: `count` of `of`, from `first` on, and after
/// the last one the first again.
struct TopicSlice {
  std::size_t first = 0;
  std::size_t count = 1;
  std::size_t of = 1;
};

/// One client: handshake, subscriptions in its server's dialect, then deliveries that it counts.
/// Sans-IO: bytes come in as arguments, bytes to send lie in `output`.
class Subscriber final : private Conversation {
public:
  enum class State : std::uint8_t { upgrading, subscribing, live, ended };

  /// `tally` must outlive it. The request to upgrade is in `output` at once.
  Subscriber(std::string host,
             std::unique_ptr<Dialect> dialect,
             Tally& tally,
             TopicSlice topics = {});

  /// Takes what was read at `now` (CLOCK_MONOTONIC ns); changes it. True while the connection is to
  /// go on.
  bool on_bytes(protocol::MutableByteView bytes, std::int64_t now);
  /// The server has closed the connection, or it broke.
  void on_end();
  /// Some seconds have gone by; no more than that is needed of a clock.
  void on_tick();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::string& output() { return output_; }

private:
  [[nodiscard]] protocol::MutableByteView take_response(protocol::MutableByteView bytes);
  [[nodiscard]] protocol::websocket::ClientRequest request() const;
  void send_frame(protocol::websocket::Opcode opcode, std::string_view payload);

  void say(std::string_view message) override { send_frame(upgrade_.opcode, message); }
  void on_live() override { state_ = State::live; }
  void on_delivery(std::string_view data) override;
  void on_gap() override { ++tally_.gaps; }
  void on_refusal(std::string_view why) override;

  std::string host_;
  std::unique_ptr<Dialect> dialect_;
  Upgrade upgrade_;
  Tally& tally_;
  std::int64_t now_ = 0;  ///< when the bytes were read that are being taken
  protocol::websocket::MessageAssembler assembler_;
  std::string response_;  ///< to the upgrade, as far as it has come
  std::string output_;
  TopicSlice topics_;
  std::vector<std::uint64_t> last_sequences_;  ///< of the newest delivery of each; 0 before it
  State state_ = State::upgrading;
};

}  // namespace weir::tests::bench
