#pragma once

#include "gateway/core/rights_entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::auth {

/// What a token that was found good says of its bearer.
struct Claims {
  std::string subject;                        ///< `sub`; may be empty
  std::int64_t expires_unix_s = 0;            ///< `exp`
  std::optional<std::int64_t> issued_unix_s;  ///< `iat`
  /// Every claim that is a text, and each text of those that are arrays: what `[[rights]]` can
  /// match.
  std::vector<std::pair<std::string, std::string>> facts;
  /// The claim `weir`: rights that the token itself brings, besides those of the config.
  std::optional<RightsEntry> own_rights;
};

}  // namespace weir::gateway::auth
