#pragma once

#include <functional>

namespace CLI {  // NOLINT(*-identifier-naming): CLI11's
class App;
}

namespace weir::gateway::app {

/// Adds `weir sub` and `weir pub`, the clients in clients/cli. Sets `action` to what returns their
/// exit code when one of them was asked for.
void add_client_commands(CLI::App& cli, std::function<int()>& action);

}  // namespace weir::gateway::app
