#pragma once

#include "gateway/core/rights_entry.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::gateway::auth {

/// The identity of a client that has not said who it is.
inline constexpr std::string_view anonymous = "anonymous";

/// What one identity may do: all `[[rights]]` entries that name it, or everybody, added up. A
/// value, made once per identity and asked by many sessions. Without entries nothing is allowed.
class Rights {
public:
  Rights() = default;
  Rights(std::span<const RightsEntry> entries, std::string_view identity);

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
  std::vector<std::string> subscribe_;
  std::vector<std::string> publish_;
  std::uint64_t bytes_per_s_max_ = 0;
  double messages_per_s_max_ = 0;
};

}  // namespace weir::gateway::auth
