#pragma once

#include "protocol/core/codec.hpp"

#include <string_view>

namespace weir::protocol::native {

/// Reads one request, or an `ack`.
/// Shape:  one WebSocket text message, valid UTF-8.
/// Errors: bad_request, bad_topic, bad_filter - the first mistake, by name, with what was expected.
///         The id is told wherever it could be read, even where the text ends too early.
/// Source: SPEC.md sections 4 and 5.
[[nodiscard]] Result<Command, CommandError> read_command(std::string_view message);

}  // namespace weir::protocol::native
