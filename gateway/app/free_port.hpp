#pragma once

#include <cstdint>
#include <string>

namespace weir::gateway::app {

/// Checks that nobody listens there yet. Shards share their ports, and the kernel would let another
/// gateway of the same user share them, too: each would get some of the clients.
/// Errors: std::runtime_error - names the address and says why it cannot be had.
void require_free_port(const std::string& address, std::uint16_t port);

}  // namespace weir::gateway::app
