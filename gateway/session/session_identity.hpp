#pragma once

#include "protocol/core/error.hpp"

namespace weir::gateway::session {

/// What a token that was refused with this error ends its session with.
[[nodiscard]] protocol::CloseReason close_reason_of_token(protocol::ErrorCode code);

}  // namespace weir::gateway::session
