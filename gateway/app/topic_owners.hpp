#pragma once

#include "gateway/config/config.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::app {

using AdapterIndex = std::uint32_t;  ///< place of an [[adapter]] in the config, from 0

/// Which adapter owns which topics. Made once from a checked config, then only read: any thread.
class TopicOwners {
public:
  explicit TopicOwners(std::span<const config::AdapterConfig> adapters);

  /// The adapter with a filter that matches; at most one has.
  [[nodiscard]] std::optional<AdapterIndex> find(std::string_view topic) const;
  /// An owner publishes to its own topics only, an adapter without filters wherever no other owns;
  /// topics with a level that starts with '$' are the gateway's.
  [[nodiscard]] bool may_publish(AdapterIndex adapter, std::string_view topic) const;
  /// The adapters that own some topic which the filter matches, in order.
  [[nodiscard]] std::vector<AdapterIndex> find_all(std::string_view filter) const;

private:
  std::vector<std::pair<std::string, AdapterIndex>> filters_;
  std::vector<bool> is_owner_;  ///< by adapter
};

}  // namespace weir::gateway::app
