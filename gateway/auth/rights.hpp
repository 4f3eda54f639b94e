#pragma once

#include "gateway/auth/claims.hpp"
#include "gateway/core/rights_entry.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::auth {

/// What a client may do: all `[[rights]]` entries that are for it, added up. A value. Without
/// entries nothing is allowed.
class Rights {
public:
  Rights() = default;
  /// Of clients that have not said who they are.
  static Rights of_anonymous(std::span<const RightsEntry> entries);
  /// Of the bearer of a token: entries for everybody, entries that match one of its claims
  /// (`groups=traders`), and what the token itself brings.
  static Rights of_bearer(std::span<const RightsEntry> entries, const Claims& claims);

  /// Whether some topic that the valid filter matches may be read; which ones, `may_read` says.
  [[nodiscard]] bool may_subscribe(std::string_view filter) const;
  /// Whether a pattern for subscribing matches the valid topic. A level that starts with '$' is
  /// matched only by a pattern that spells it.
  [[nodiscard]] bool may_read(std::string_view topic) const;
  /// Whether a pattern for publishing matches the valid topic; never where it has a level that
  /// starts with '$', because those topics are the gateway's own.
  [[nodiscard]] bool may_publish(std::string_view topic) const;

  /// The lowest ceiling of the entries that have one; 0: none has.
  [[nodiscard]] std::uint64_t bytes_per_s_max() const { return bytes_per_s_max_; }
  [[nodiscard]] double messages_per_s_max() const { return messages_per_s_max_; }

private:
  void add(const RightsEntry& entry);

  std::vector<std::string> subscribe_;
  std::vector<std::string> publish_;
  std::uint64_t bytes_per_s_max_ = 0;
  double messages_per_s_max_ = 0;
};

}  // namespace weir::gateway::auth
