#pragma once

#include "adapters/amqp/stream_link.hpp"
#include "adapters/amqp/stream_replay.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace weir::adapters::amqp {

/// All replays of one stream: those that wait for a channel or a connection, and those that read.
/// One thread, but for `put` and `resume`.
class ReplayChannels {
public:
  using Done = StreamLink::Done;
  /// Channel 1 is that of the feed.
  static constexpr std::uint16_t first_channel = 2;
  static constexpr std::uint16_t channel_count = 32;
  /// Messages that wait for a client to take them, at most.
  static constexpr std::uint16_t prefetch = 64;

  /// Both outlive it.
  ReplayChannels(const StreamConfig& config, StreamLink& link);

  // Any thread
  void put(std::unique_ptr<StreamReplay> replay);
  void resume();

  /// Begins what can begin, of this epoch; empty: nothing can.
  [[nodiscard]] Done begin(const std::string& epoch);
  void on_event(StreamEvent event);
  /// Hands in what the gateway takes, and ends what is done.
  [[nodiscard]] Done pump();
  /// The connection is gone: those that read will read on.
  void on_lost();

private:
  using Replays = std::deque<std::unique_ptr<StreamReplay>>;

  const StreamConfig& config_;
  StreamLink& link_;
  std::map<std::uint16_t, std::unique_ptr<StreamReplay>> reading_;  ///< by channel
  std::deque<std::uint16_t> free_;  ///< channels, the one that rests longest first

  std::mutex mutex_;  ///< of the two below
  Replays waiting_;
  bool has_resumed_ = false;
};

}  // namespace weir::adapters::amqp
