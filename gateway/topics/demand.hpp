#pragma once

#include "gateway/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::topics {

/// One signal for the adapters: somebody wants this filter, or nobody has for the linger time.
struct DemandSignal {
  std::string filter;
  bool is_wanted = false;
};

/// Sums up over all shards who subscribes to what, and says so once: on the first subscriber, and
/// when the last has been gone for the linger time, so that a page that reloads does not start and
/// stop a source. A look at what is due costs the same however many filters are wanted. Owned by
/// shard 0's hub.
class DemandTracker {
public:
  explicit DemandTracker(Duration linger) : linger_(linger) {}

  /// A shard has its first (or no longer any) subscription to the filter.
  void change(const std::string& filter, bool is_wanted, TimePoint now);
  /// Signals that are due, in order; each is given once.
  [[nodiscard]] std::vector<DemandSignal> take_signals(TimePoint now);
  /// When `take_signals` will next have something.
  [[nodiscard]] std::optional<TimePoint> deadline() const;

private:
  struct Wanted {
    std::uint32_t shards = 0;
    std::optional<TimePoint> ends_at;  ///< lingering until then
  };

  Duration linger_;
  std::map<std::string, Wanted> wanted_;
  std::set<std::pair<TimePoint, std::string>> lingering_;  ///< the next one first
  std::vector<DemandSignal> ready_;
};

}  // namespace weir::gateway::topics
