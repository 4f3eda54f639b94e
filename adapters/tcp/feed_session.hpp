#pragma once

#include "adapters/common/feed_line.hpp"
#include "adapters/tcp/feed_format.hpp"
#include "adapters/tcp/feed_input.hpp"
#include "adapters/tcp/feed_output.hpp"
#include "adapters/tcp/feeder.hpp"
#include "adapters/tcp/receipt_table.hpp"
#include "adapters/tcp/upstream_table.hpp"
#include "protocol/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::tcp {

/// What feeders must keep to.
struct FeedRules {
  std::size_t line_bytes_max = 0;
  std::size_t ack_window = std::size_t{16} * 1024;  ///< lines with an id that have no answer yet
  std::chrono::milliseconds heartbeat{15000};       ///< 0: none
  std::span<const Feeder> feeders{};                ///< empty: whoever connects; outlives the feed
  FeedFormat format = FeedFormat::json;
};

/// What the connections of one feed have in common. Owned by the adapter; its io thread only.
struct FeedShared {
  abi::Host host;
  FeedRules rules;
  ReceiptTable receipts;
  UpstreamTable upstream;
  /// How many more refusals are logged before the next tick: whoever can connect can be refused.
  unsigned refusal_logs = 1;
};

/// One feeder, without its socket: bytes in, entries and lines of reply out. Takes no more from the
/// buffer while the gateway says slow down, or while too many acks are outstanding or unsent.
class FeedSession {
public:
  static constexpr std::size_t greeting_bytes_max = 4096;  ///< where a secret is asked for
  static constexpr std::size_t unsent_bytes_max =
      256 * 1024;  ///< lines that the feeder has not read
  static constexpr std::size_t batch_lines_max = 256;

  /// `peer` is for the log.
  FeedSession(std::uint32_t connection, std::string peer, FeedShared& shared);

  /// Where to read to, while `wants_read`.
  [[nodiscard]] std::span<char> prepare() { return input_.prepare(); }
  void on_read(std::size_t bytes);
  /// The feeder sends no more.
  void on_end();
  void on_receipt(const ReceiptOwner& owner, const std::optional<protocol::Error>& error);
  /// The gateway takes entries again.
  void resume();
  /// Says that we are here, where nothing else was said for a heartbeat. A few times a second.
  /// False: the feeder was silent for two of them, so it is gone.
  [[nodiscard]] bool beat(TimePoint now);

  /// Sends what a client published. False: the feeder has not said who it is, or does not read what
  /// it was sent before.
  [[nodiscard]] bool send(const weir_publication& entry, std::uint64_t id);

  [[nodiscard]] bool wants_read() const;
  /// Moves what is to be written to `out`, which is empty; `on_written` when it is gone.
  void take_output(std::string& out);
  void on_written();
  [[nodiscard]] bool has_output() const { return !output_.empty(); }
  /// It may feed.
  [[nodiscard]] bool is_admitted() const { return access_ == Access::admitted; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  /// It may not, and is told so.
  [[nodiscard]] bool is_refused() const { return access_ == Access::refused; }
  /// It may feed, and has sent anything at all.
  [[nodiscard]] bool has_fed() const { return is_admitted() && has_spoken(); }
  /// It has sent anything at all.
  [[nodiscard]] bool has_spoken() const { return bytes_ != 0; }
  /// `beat` has found it gone.
  [[nodiscard]] bool has_fallen_silent() const { return has_fallen_silent_; }
  /// The feeder sends no more, or may not, and has all its replies.
  [[nodiscard]] bool is_finished() const;
  /// It has told a name of its own.
  [[nodiscard]] bool has_name() const { return !own_name_.empty(); }
  /// The same feeder by the name that it gives itself: the older of the two connections is dead.
  [[nodiscard]] bool is_same_feeder(const FeedSession& other) const;
  /// For the log: "tcp://192.0.2.7:40123 (prices), 1200 lines (3 bad), 93000 bytes".
  [[nodiscard]] std::string describe() const;

private:
  enum class Access : std::uint8_t { greeting_due, admitted, refused };

  /// A line of the batch that became an entry.
  struct EntryLine {
    std::uint64_t line = 0;
    std::uint64_t receipt = 0;
    std::optional<std::uint64_t> id;
  };

  [[nodiscard]] bool can_take() const;
  void pump();
  void read_line(const FeedMessage& line);
  void greet(std::uint64_t line, const common::FeedGreeting& greeting);
  void add_entry(std::uint64_t line, std::optional<std::uint64_t> id);
  void publish();
  void reject(std::uint64_t line, std::optional<std::uint64_t> id, const protocol::Error& error);
  void refuse(std::uint64_t line, std::string_view why);

  std::uint32_t connection_;
  std::string peer_;
  FeedShared& shared_;
  FeedInput input_;
  common::FeedBatch batch_;
  std::vector<EntryLine> entry_lines_;  ///< of the batch, in order
  FeedOutput output_;
  std::size_t in_flight_bytes_ = 0;
  std::size_t pending_acks_ = 0;
  std::uint64_t bytes_ = 0;       ///< that came
  std::uint64_t line_count_ = 0;  ///< that were looked at
  std::uint64_t bad_lines_ = 0;
  const Feeder* feeder_ = nullptr;  ///< where a secret was asked for
  std::string own_name_;            ///< empty: it has told none
  TimePoint heard_at_{};
  TimePoint said_at_{};
  Access access_;
  bool has_begun_ = false;    ///< a line that is not blank has come
  bool has_greeted_ = false;  ///< it is told pauses and heartbeats
  bool has_heard_ = false;    ///< since the last beat
  bool has_said_ = false;     ///< since the last beat
  bool is_paused_ = false;    ///< by the gateway
  bool is_drained_ = true;    ///< no whole line is left in the buffer
  bool has_ended_ = false;
  bool has_fallen_silent_ = false;
};

}  // namespace weir::adapters::tcp
