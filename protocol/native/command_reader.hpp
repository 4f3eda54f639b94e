#pragma once

#include "protocol/core/codec.hpp"
#include "protocol/native/json_checker.hpp"

namespace weir::protocol::native {

/// Reads one request, or an `ack`, of a message in whatever codec, as far as that could be read.
/// Errors: bad_request, bad_topic, bad_filter - the first mistake, by name, with what was expected.
///         The id is told wherever it could be read, even where the message ends too early.
/// Source: SPEC.md sections 4 and 5.
[[nodiscard]] Result<Command, CommandError> read_command(const CheckedObject& message);

}  // namespace weir::protocol::native
