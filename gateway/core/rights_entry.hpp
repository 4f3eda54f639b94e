#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::gateway {

/// One `[[rights]]` table of the config: what it adds to the rights of the clients that it names.
struct RightsEntry {
  std::string identity;                ///< "anonymous", or "*" for every client
  std::vector<std::string> subscribe;  ///< filters; a level that starts with '$' must be spelled
  std::vector<std::string> publish;    ///< filters without a level that starts with '$'
  std::uint64_t max_bytes_per_s = 0;   ///< ceiling of a session, 0: none
  double max_messages_per_s = 0;       ///< ceiling of a session, 0: none
  friend bool operator==(const RightsEntry&, const RightsEntry&) = default;
};

}  // namespace weir::gateway
