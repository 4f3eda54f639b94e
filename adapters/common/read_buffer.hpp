#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace weir::adapters::common {

/// The bytes of a stream between its socket and what cuts them into messages: one buffer, in which
/// a message stands whole. It grows for a long one, and only while that is there. Shape: prepare,
/// read into it, commit, then look at `unread` and drop what is done with.
class ReadBuffer {
public:
  static constexpr std::size_t usual_bytes = std::size_t{64} * 1024;

  ReadBuffer() : buffer_(usual_bytes) {}

  /// Where the next bytes of the stream go; not empty as long as no more than `message_bytes_max`
  /// are unread. All views into the buffer are gone.
  [[nodiscard]] std::span<char> prepare(std::size_t message_bytes_max);
  /// So many bytes were put there.
  void commit(std::size_t bytes);
  [[nodiscard]] std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }
  /// So many bytes off the front are done with; views of them live until `prepare`.
  void drop(std::size_t bytes);

private:
  void resize(std::size_t bytes);

  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of what is unread
  std::size_t end_ = 0;
};

}  // namespace weir::adapters::common
