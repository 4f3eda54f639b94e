#pragma once

#include "adapters/common/demand_set.hpp"
#include "adapters/common/topic_inverse.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::common {

/// What a broker is told about one subscription.
struct DemandStep {
  bool begins = true;  ///< else it ends
  std::uint64_t id = 0;
  std::string filter;
  std::vector<SubjectPattern> patterns;  ///< that no older subscription has
};

/// From what the gateway wants to what a broker is subscribed to. The gateway says what it wants on
/// threads of its own; all else is of the adapter's thread.
class Demand {
public:
  /// None: everything is subscribed to at once, and nobody asks what is wanted.
  explicit Demand(std::optional<TopicInverse> inverse) : inverse_(std::move(inverse)) {}

  /// Any thread. False: it does not matter.
  [[nodiscard]] bool put(std::string filter, bool is_wanted);

  /// What follows from what was put, in order.
  [[nodiscard]] std::vector<DemandStep> take();
  /// The whole of it, for a new connection.
  [[nodiscard]] std::vector<DemandStep> resume();
  [[nodiscard]] const DemandSet& set() const { return set_; }

private:
  struct Change {
    std::string filter;
    bool is_wanted = false;
  };

  [[nodiscard]] DemandStep begin(const DemandSet::Subscription& subscription);
  [[nodiscard]] DemandStep end(const DemandSet::Subscription& subscription);

  std::optional<TopicInverse> inverse_;
  DemandSet set_;
  std::map<std::string, std::uint64_t> owners_;  ///< of patterns

  std::mutex mutex_;  ///< of the changes
  std::vector<Change> changes_;
};

}  // namespace weir::adapters::common
