#pragma once

#include <cstddef>

namespace weir::gateway::app {

/// Lets this process open as many files as it may. Returns how many those are.
std::size_t raise_file_limit();

/// How many connections fit: four fifths of the files, so that adapters, logs and the admin port
/// have theirs.
[[nodiscard]] constexpr std::size_t connections_for(std::size_t files) {
  return files / 5 * 4;
}

}  // namespace weir::gateway::app
