#pragma once

#include <cstddef>

namespace weir::tests {

/// Counts what this process allocates with `new` while it lives. One thread, one at a time.
class AllocationCounter {
public:
  AllocationCounter();
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;
  ~AllocationCounter();

  /// Of all allocations, those given back included.
  [[nodiscard]] std::size_t bytes() const;
};

}  // namespace weir::tests
