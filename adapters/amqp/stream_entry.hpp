#pragma once

#include "adapters/amqp/stream_start.hpp"
#include "adapters/common/message.hpp"
#include "adapters/common/message_mapping.hpp"
#include "protocol/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::adapters::amqp {

/// Where a message stands in its stream; nullopt: the queue is none.
[[nodiscard]] std::optional<StreamOffset> offset_of(const common::Message& message);

/// Ours begin with 1, those of a stream with 0.
[[nodiscard]] constexpr std::uint64_t to_entry_offset(StreamOffset offset) {
  return offset + 1;
}

/// Of everything that a message says, but for where it stands: two that are not the same differ.
[[nodiscard]] std::uint64_t fingerprint_of(const common::Message& message);

/// Makes a message of a stream an entry with the stream's own offset. One of which only the topic
/// can be made becomes a gap of the cause `filtered` there: nobody takes it for not having been.
class StreamMapping {
public:
  /// `config` outlives it.
  explicit StreamMapping(const common::MappingConfig& config) : mapping_(config) {}

  /// Shape:  `out` refers to the message and the epoch; all stay where they are until it was
  ///         published. Epoch empty: the gateway counts.
  /// Errors: why it is a gap, where `out.topic` is not empty, or nothing at all.
  protocol::Result<void> map(const common::Message& message,
                             std::string_view epoch,
                             StreamOffset offset,
                             common::MappedEntry& out) const;
  [[nodiscard]] std::string name_of(const common::Message& message) const {
    return mapping_.name_of(message);
  }

private:
  common::MessageMapping mapping_;
};

/// That what a topic had up to there is no longer in the stream.
/// Shape: refers to its arguments.
[[nodiscard]] weir_publication truncated_until(std::string_view topic,
                                               std::string_view epoch,
                                               std::uint64_t entry_offset);

}  // namespace weir::adapters::amqp
