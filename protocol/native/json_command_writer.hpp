#pragma once

#include "protocol/core/command.hpp"

#include <string>

namespace weir::protocol::native {

/// Appends one request, or an `ack`, to `out`: the client's side of `weir.v1.json`. What has its
/// default is left out.
/// Shape:  everything in `command` is valid, JSON payloads and fields included; its numbers are
///         finite.
/// Source: SPEC.md section 5.
void write_command(const Command& command, std::string& out);

}  // namespace weir::protocol::native
