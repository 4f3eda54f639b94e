#pragma once

#include "adapters/amqp/stream_config.hpp"
#include "adapters/amqp/stream_entry.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

/// One request for older entries of a topic, without the broker: from where it is read, what of it
/// is handed in, what waits until the gateway can take it. The message at the place where the
/// client stands is read again: its being there proves that nothing behind it is missing. One
/// thread.
class StreamReplay {
public:
  /// `config` outlives it. Views of the request are copied.
  StreamReplay(const StreamConfig& config,
               abi::PendingReplay pending,
               const weir_replay_request& request);

  /// Where to consume from; after a loss, from where it has come to.
  [[nodiscard]] StreamStart start() const;
  [[nodiscard]] const std::string& epoch() const { return epoch_; }
  void on_lost();
  void on_message(common::Message message) { held_.push_back(std::move(message)); }
  /// The end of slow down, perhaps.
  void resume() { is_paused_ = false; }
  /// Hands in what the gateway takes.
  void pump();
  void fail(std::string_view reason);

  /// Nothing more is to be read for it.
  [[nodiscard]] bool is_done() const { return is_done_; }
  /// The tag up to which all is done; 0: nothing new.
  [[nodiscard]] std::uint64_t take_acknowledgement();

private:
  /// False: the message waits.
  [[nodiscard]] bool take(const common::Message& message);
  /// False: the gateway does not take it now, or never.
  [[nodiscard]] bool hand_in(const weir_publication& publication);
  [[nodiscard]] bool begin_at(std::uint64_t entry_offset);
  void end();

  StreamMapping mapping_;
  abi::PendingReplay pending_;
  std::string topic_;
  std::string epoch_;
  std::uint64_t reached_;  ///< entry offset up to which all is handed in
  std::uint64_t to_;
  std::deque<common::Message> held_;
  bool has_begun_ = false;  ///< it is known what there is behind reached_
  bool is_paused_ = false;
  bool is_done_ = false;
  std::uint64_t done_tag_ = 0;
  std::uint64_t told_tag_ = 0;
};

}  // namespace weir::adapters::amqp
