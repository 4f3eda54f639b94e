#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace weir::adapters::amqp {

/// The broker's number of a message in its stream, from 0.
using StreamOffset = std::uint64_t;

enum class StreamEnd : std::uint8_t {
  first,  ///< the oldest message that there is
  last,   ///< those that were written together last
  next,   ///< what will come
};

/// Where a consumer of a stream begins. A broker that does not have an offset begins elsewhere, and
/// does not say so.
using StreamStart = std::variant<StreamEnd, StreamOffset>;

/// "first", "last", "next" or digits; nullopt: none of them.
[[nodiscard]] std::optional<StreamStart> parse_stream_start(std::string_view text);

}  // namespace weir::adapters::amqp
