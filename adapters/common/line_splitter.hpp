#pragma once

#include "adapters/common/read_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weir::adapters::common {

/// One line of a stream, or what is left of it.
struct Line {
  std::string_view text;     ///< without its end; lives until the next `prepare`
  std::uint64_t number = 0;  ///< 1, 2, 3 ...
  bool is_too_long = false;  ///< `text` is empty: it was longer than it may be, and is skipped
};

/// Cuts a stream of bytes into lines that end with '\n', in one buffer and without copying. A line
/// that is too long is told once, as soon as that is known, and skipped to its end.
/// Shape: prepare, read into it, commit, then `next` until it has no more.
class LineSplitter {
public:
  /// Lines have at most `line_bytes_max` bytes, their end not counted.
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  /// Where the next bytes of the stream go; never empty. All lines handed out are gone.
  [[nodiscard]] std::span<char> prepare() { return buffer_.prepare(line_bytes_max_); }
  /// So many bytes were put there.
  void commit(std::size_t bytes) { buffer_.commit(bytes); }

  /// How long lines may be from now on.
  void set_bytes_max(std::size_t bytes) { line_bytes_max_ = bytes; }

  /// The next whole line.
  [[nodiscard]] std::optional<Line> next();
  /// At the end of the stream: what came after the last end of a line, if anything.
  [[nodiscard]] std::optional<Line> last();

private:
  std::size_t line_bytes_max_;
  ReadBuffer buffer_;
  std::size_t scanned_ = 0;  ///< of what is unread: no '\n' before this
  std::uint64_t number_ = 0;
  bool is_skipping_ = false;  ///< the line at hand is too long, and that has been told
};

}  // namespace weir::adapters::common
