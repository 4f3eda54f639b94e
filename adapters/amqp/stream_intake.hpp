#pragma once

#include "adapters/amqp/stream_config.hpp"
#include "adapters/amqp/stream_entry.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::amqp {

/// From the messages of a stream to entries, without the broker: where to go on after a loss,
/// whether that is where it was left, what is handed in and what waits. A message is acknowledged
/// when it was handed in: that is only what lets more come. One thread, but for `resume`.
///
/// Where the stream is not the one that it was (deleted and made anew, or back with less than it
/// had), its epoch means nothing any more: the topics are reset, and from then on the gateway
/// counts.
class StreamIntake {
public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t batch_max = 64;
  /// Before what the gateway could not take for the moment is tried again.
  static constexpr std::chrono::milliseconds rest{250};

  /// `config` outlives it.
  StreamIntake(const StreamConfig& config, abi::Host host);

  /// Where to consume from: at the message that was seen last, which must come again.
  [[nodiscard]] StreamStart start() const;
  void on_connected(TimePoint now);
  /// What waits will come again.
  void on_lost();
  /// Errors: one sentence: this is no stream, or not the one that it was. Connect anew.
  [[nodiscard]] protocol::Result<void, std::string> on_message(common::Message message);
  /// Hands in what the gateway takes now.
  /// Errors: as on_message, where nothing comes at the place that was seen last.
  [[nodiscard]] protocol::Result<void, std::string> pump(TimePoint now);
  /// Any thread: the end of slow down.
  void resume() { has_resumed_ = true; }

  /// The tag up to which all is done; 0: nothing new.
  [[nodiscard]] std::uint64_t take_acknowledgement();
  /// When to pump again, whatever else happens; nullopt: no need.
  [[nodiscard]] std::optional<TimePoint> wake_at() const;
  /// Of the entries that are handed in; empty: the gateway counts, and nothing can be replayed.
  [[nodiscard]] const std::string& epoch() const { return epoch_; }

private:
  struct Seen {
    StreamOffset offset = 0;
    std::uint64_t fingerprint = 0;
  };
  struct Held {
    common::Message message;
    StreamOffset offset = 0;
    bool is_new = false;  ///< else it is only waited for with its acknowledgement
  };

  [[nodiscard]] protocol::Result<bool, std::string> is_new(const common::Message& message,
                                                           StreamOffset offset);
  protocol::Unexpected<std::string> break_with(const std::string& reason);
  [[nodiscard]] bool can_publish(TimePoint now);
  /// False: not everything could be told, and nothing may go before it.
  [[nodiscard]] bool tell_resets(TimePoint now);
  [[nodiscard]] bool tell_gaps(TimePoint now);
  /// Whether what could not be taken may be taken later.
  [[nodiscard]] bool must_rest(const weir_error& error, TimePoint now);
  void collect();
  void publish(TimePoint now);
  void finish(std::size_t held);
  void note_bad(const common::Message& message, std::string_view why);

  const StreamConfig& config_;
  abi::Host host_;
  StreamMapping mapping_;
  std::string epoch_;
  std::optional<Seen> last_;  ///< that was handed in
  /// It has to come again, until then.
  std::optional<TimePoint> overlap_until_;
  std::deque<Held> held_;
  std::array<common::MappedEntry, batch_max> batch_;
  std::vector<weir_publication> publications_;  ///< of the batch
  std::vector<std::size_t> places_;             ///< of each among the held
  std::size_t collected_ = 0;                   ///< of the held
  std::unordered_set<std::string> topics_;      ///< that have got anything
  std::deque<std::string> due_resets_;
  std::deque<std::string> due_gaps_;  ///< topics of which something is no longer there
  std::uint64_t gap_until_ = 0;       ///< up to which entry
  std::uint64_t done_tag_ = 0;
  std::uint64_t told_tag_ = 0;
  std::uint64_t bad_messages_ = 0;
  std::optional<TimePoint> rests_until_;
  bool is_paused_ = false;  ///< by the gateway
  std::atomic<bool> has_resumed_ = false;
};

}  // namespace weir::adapters::amqp
