#pragma once

#include "adapters/common/feed_line.hpp"
#include "adapters/common/line_splitter.hpp"
#include "adapters/tcp/receipt_table.hpp"
#include "adapters/tcp/upstream_table.hpp"
#include "protocol/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include <weir/adapter.hpp>

namespace weir::adapters::tcp {

/// What the connections of one feed have in common. Owned by the adapter; its io thread only.
struct FeedShared {
  abi::Host host;
  std::size_t line_bytes_max = 0;
  ReceiptTable receipts;
  UpstreamTable upstream;
};

/// One feeder, without its socket: bytes in, entries and lines of reply out. Takes no more from the
/// buffer while the gateway says slow down, or while too many acks are outstanding or unsent.
class FeedSession {
public:
  static constexpr std::size_t acks_max = 16 * 1024;  ///< entries without receipt
  static constexpr std::size_t unsent_bytes_max =
      256 * 1024;  ///< lines that the feeder has not read
  static constexpr std::size_t batch_lines_max = 256;

  /// `name` is for the log.
  FeedSession(std::uint32_t connection, std::string name, FeedShared& shared);

  /// Where to read to, while `wants_read`.
  [[nodiscard]] std::span<char> prepare() { return lines_.prepare(); }
  void on_read(std::size_t bytes);
  /// The feeder sends no more.
  void on_end();
  void on_receipt(const ReceiptOwner& owner, const std::optional<protocol::Error>& error);
  /// The gateway takes entries again.
  void resume();

  /// Sends what a client published. False: the feeder does not read what it was sent before.
  [[nodiscard]] bool send(const weir_publication& entry, std::uint64_t id);

  [[nodiscard]] bool wants_read() const { return can_take() && is_drained_ && !has_ended_; }
  /// Moves what is to be written to `out`, which is empty; `on_written` when it is gone.
  void take_output(std::string& out);
  void on_written();
  [[nodiscard]] bool has_read() const { return has_read_; }
  [[nodiscard]] bool has_output() const { return !output_.empty(); }
  /// The feeder sends no more, and has all its replies.
  [[nodiscard]] bool is_finished() const;

private:
  /// A line of the batch that became an entry.
  struct EntryLine {
    std::uint64_t line = 0;
    std::uint64_t receipt = 0;
    std::optional<std::uint64_t> id;
  };

  [[nodiscard]] bool can_take() const;
  void pump();
  void read_line(const common::Line& line);
  void add_entry(std::uint64_t line, std::optional<std::uint64_t> id);
  void publish();
  void reject(std::uint64_t line, std::optional<std::uint64_t> id, const protocol::Error& error);

  std::uint32_t connection_;
  std::string name_;
  FeedShared& shared_;
  common::LineSplitter lines_;
  common::FeedBatch batch_;
  std::vector<EntryLine> entry_lines_;  ///< of the batch, in order
  std::string output_;
  std::size_t in_flight_bytes_ = 0;
  std::size_t pending_acks_ = 0;
  std::uint64_t bad_lines_ = 0;
  bool is_paused_ = false;  ///< by the gateway
  bool is_drained_ = true;  ///< no whole line is left in the buffer
  bool has_read_ = false;   ///< anything at all
  bool has_ended_ = false;
};

}  // namespace weir::adapters::tcp
