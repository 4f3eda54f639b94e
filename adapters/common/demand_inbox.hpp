#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace weir::adapters::common {

/// A filter has become wanted, or nobody wants it any more.
struct DemandChange {
  std::string filter;
  bool is_wanted = false;
};

/// Carries changes of what is wanted from the gateway's threads to that of an adapter, in order.
class DemandInbox {
public:
  void put(DemandChange change) {
    const std::lock_guard lock(mutex_);
    changes_.push_back(std::move(change));
  }
  [[nodiscard]] std::vector<DemandChange> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(changes_, {});
  }

private:
  std::mutex mutex_;
  std::vector<DemandChange> changes_;
};

}  // namespace weir::adapters::common
