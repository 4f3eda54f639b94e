#pragma once

#include "gateway/http/message.hpp"
#include "protocol/core/error.hpp"

namespace weir::gateway::http {

/// The status that says the same as the code, as far as HTTP can.
[[nodiscard]] unsigned status_of(protocol::ErrorCode code);

/// `{"ok":false,"error":{...}}`, as replies over WebSocket have it, with a status that may be
/// another than the code's own: 404, 405 and 415 have no code. Tells with 401 how to show a token,
/// and with 429 and 503 that it may be tried again soon.
[[nodiscard]] Response error_response(unsigned status, const protocol::Error& error);
[[nodiscard]] Response error_response(const protocol::Error& error);

}  // namespace weir::gateway::http
