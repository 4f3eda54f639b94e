#pragma once

#include "adapters/common/frame_splitter.hpp"
#include "adapters/common/line_splitter.hpp"
#include "adapters/tcp/feed_format.hpp"
#include "protocol/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace weir::adapters::tcp {

/// One message of a feeder: a line, or a frame.
struct FeedMessage {
  std::string_view json;                 ///< what it says; lives until `prepare` and `release`
  std::uint64_t number = 0;              ///< 1, 2, 3 ...
  std::optional<protocol::Error> fault;  ///< it is too long, or no CBOR; `json` means nothing
};

/// The bytes of a feeder, cut into messages, which are JSON whatever the format is.
class FeedInput {
public:
  FeedInput(FeedFormat format, std::size_t message_bytes_max);

  /// Where the next bytes of the stream go; never empty.
  [[nodiscard]] std::span<char> prepare();
  void commit(std::size_t bytes);
  /// How long messages may be from now on.
  void set_message_bytes_max(std::size_t bytes);

  [[nodiscard]] std::optional<FeedMessage> next();
  /// At the end of the stream: what came after the last whole message, if anything.
  [[nodiscard]] std::optional<FeedMessage> last();
  /// The messages handed out are done with.
  void release() { texts_.clear(); }

private:
  [[nodiscard]] std::optional<FeedMessage> read(const std::optional<common::Line>& piece);

  std::variant<common::LineSplitter, common::FrameSplitter> splitter_;
  std::deque<std::string> texts_;  ///< of frames, as JSON
  std::size_t message_bytes_max_;
};

}  // namespace weir::adapters::tcp
