#pragma once

#include "gateway/app/admin_source.hpp"
#include "gateway/http/message.hpp"

#include <string_view>

namespace weir::gateway::app {

/// GET of `/admin/sessions`, with `sort` and `limit` in its query.
[[nodiscard]] http::Response respond_to_session_list(const http::Request& request,
                                                     AdminSource& source);

/// GET, PATCH and DELETE of `/admin/sessions/<id>`. What writes is refused where a page of another
/// site might have sent it: `Content-Type: application/json` is needed, and an Origin that is sent
/// must be the admin port's own.
[[nodiscard]] http::Response respond_to_session(const http::Request& request,
                                                std::string_view id,
                                                AdminSource& source);

}  // namespace weir::gateway::app
