#pragma once

#include "clients/cli/exit_code.hpp"

#include <optional>
#include <string>

namespace weir::clients::cli {

/// What a command does about something that has happened.
struct Output {
  std::string out{};               ///< lines for standard output
  std::string err{};               ///< lines for standard error
  std::optional<ExitCode> exit{};  ///< none: go on
};

}  // namespace weir::clients::cli
