#pragma once

#include "protocol/core/event.hpp"
#include "protocol/native/cbor_sink.hpp"
#include "protocol/native/json_sink.hpp"

namespace weir::protocol::native {

/// Writes one message. Source: SPEC.md sections 4 to 6.
void write_event(const Event& event, JsonSink out);
void write_event(const Event& event, CborSink out);

}  // namespace weir::protocol::native
