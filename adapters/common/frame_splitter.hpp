#pragma once

#include "adapters/common/line_splitter.hpp"
#include "adapters/common/read_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace weir::adapters::common {

/// Cuts a stream of bytes into frames, four bytes of length (big endian) and so many of content, in
/// one buffer and without copying. What LineSplitter is for lines: a frame that is too long is told
/// as soon as its length is there, and skipped; nothing is allocated for what is only declared.
class FrameSplitter {
public:
  /// The length is not counted.
  explicit FrameSplitter(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  /// Where the next bytes of the stream go; never empty. All frames handed out are gone.
  [[nodiscard]] std::span<char> prepare() {
    return buffer_.prepare(frame_bytes_max_ + length_bytes);
  }
  /// So many bytes were put there.
  void commit(std::size_t bytes) { buffer_.commit(bytes); }

  /// How long frames may be from now on.
  void set_bytes_max(std::size_t bytes) { frame_bytes_max_ = bytes; }

  /// The next whole frame.
  [[nodiscard]] std::optional<Line> next();
  /// At the end of the stream: a frame that was cut off, as far as it came.
  [[nodiscard]] std::optional<Line> last();

private:
  static constexpr std::size_t length_bytes = 4;

  std::size_t frame_bytes_max_;
  ReadBuffer buffer_;
  std::size_t skipped_bytes_ = 0;  ///< still to come of a frame that was too long
  std::uint64_t number_ = 0;
};

}  // namespace weir::adapters::common
