#pragma once

#include "gateway/app/admin_source.hpp"
#include "gateway/http/message.hpp"

#include <string_view>

namespace weir::gateway::app {

/// Whether a request with this Host header may be answered on the admin port: a page of a foreign
/// site that has its own name resolve to this machine (DNS rebinding) must not be.
/// Shape:  loopback names and addresses, and the address that the port listens on; where that is
///         all of them, any IP address.
[[nodiscard]] bool is_admin_host(std::string_view host, std::string_view listen_address);

/// Answers a request on the admin port.
[[nodiscard]] http::Response respond_to_admin(const http::Request& request,
                                              std::string_view listen_address,
                                              AdminSource& source);

}  // namespace weir::gateway::app
