#pragma once

#include "protocol/core/event.hpp"

#include <string>

namespace weir::protocol::native {

/// Appends one message to `out`. Source: SPEC.md sections 5 and 6.
void write_event(const Event& event, std::string& out);

}  // namespace weir::protocol::native
