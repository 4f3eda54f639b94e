#pragma once

#include "protocol/core/command.hpp"
#include "protocol/native/cbor_sink.hpp"
#include "protocol/native/json_sink.hpp"

namespace weir::protocol::native {

/// Writes one request, or an `ack`: the client's side of `weir.v1`. What has its default is left
/// out.
/// Shape:  everything in `command` is valid, JSON payloads and fields included; its numbers are
///         finite.
/// Source: SPEC.md section 5.
void write_command(const Command& command, JsonSink out);
void write_command(const Command& command, CborSink out);

}  // namespace weir::protocol::native
