#pragma once

#include "clients/cli/exit_code.hpp"
#include "clients/cpp/events.hpp"

#include <optional>
#include <string>

namespace weir::clients::cli {

/// What a command that subscribes tells its user about an event.
struct EventNote {
  std::string sentence{};          ///< empty: nothing to say
  std::optional<ExitCode> exit{};  ///< the command cannot go on
};

/// Of everything but deliveries, which each command treats by itself.
[[nodiscard]] EventNote note_of(const cpp::ClientEvent& event);

}  // namespace weir::clients::cli
