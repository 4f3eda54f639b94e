#pragma once

#include "gateway/app/admin_source.hpp"
#include "gateway/http/message.hpp"

namespace weir::gateway::app {

/// POST of `/admin/revoke`, with a body {"subject":"alice"}: withdraws the tokens of that subject
/// that were issued until now, and ends its sessions. Guarded like every change.
[[nodiscard]] http::Response respond_to_revoke(const http::Request& request, AdminSource& source);

}  // namespace weir::gateway::app
