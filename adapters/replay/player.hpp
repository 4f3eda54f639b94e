#pragma once

#include "adapters/common/feed_line.hpp"
#include "adapters/common/line_splitter.hpp"
#include "adapters/replay/pace.hpp"
#include "protocol/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>
#include <weir/weir_adapter.h>

namespace weir::adapters::replay {

/// A line that became no entry.
struct SkippedLine {
  std::uint64_t number = 0;  ///< 1, 2, 3 ...
  protocol::Error error;
};

/// Plays one recording once, without its file and without a clock: bytes in, entries out when they
/// are due.
/// Shape: call `next` and do what it says, again and again.
class Player {
public:
  static constexpr std::size_t batch_lines_max = 256;

  /// Put bytes of the file where `prepare` says, then `on_read`.
  struct Read {};
  /// These are due. They live until the next `prepare`; `receipt` is the number of the line.
  struct Publish {
    std::span<const weir_publication> entries;
  };
  /// Nothing is due before.
  struct Wait {
    TimePoint until;
  };
  struct End {};
  using Step = std::variant<Read, Publish, Wait, End>;

  struct Options {
    std::size_t line_bytes_max = 0;
    double speed = 1;  ///< as Pace has it
  };

  Player(Options options, TimePoint begin)
      : pace_(options.speed, begin),
        line_bytes_max_(options.line_bytes_max),
        lines_(line_bytes_max_) {}

  [[nodiscard]] std::span<char> prepare();
  /// 0: the file is over.
  void on_read(std::size_t bytes);
  [[nodiscard]] Step next(TimePoint now);

  /// Those that `next` met since this was asked last.
  [[nodiscard]] std::vector<SkippedLine> take_skipped() { return std::exchange(skipped_, {}); }
  [[nodiscard]] std::uint64_t lines() const { return line_count_; }

private:
  void read_line();
  void take(const common::Line& line);

  Pace pace_;
  std::size_t line_bytes_max_;
  common::LineSplitter lines_;
  common::FeedBatch batch_{common::LineSource::recording};
  std::size_t published_ = 0;          ///< of the batch
  std::size_t due_ = 0;                ///< of the batch, with the published ones
  std::optional<TimePoint> last_due_;  ///< when the batch's last entry is due, unless it is by now
  std::uint64_t last_at_ms_ = 0;
  std::vector<SkippedLine> skipped_;
  std::uint64_t line_count_ = 0;
  bool is_drained_ = true;  ///< no whole line is left in the buffer
  bool has_ended_ = false;  ///< the file
};

}  // namespace weir::adapters::replay
