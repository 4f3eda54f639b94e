#pragma once

#include "protocol/core/entry.hpp"

#include <cstddef>
#include <vector>

namespace weir::gateway::topics {

/// Entries in a circle that grows by doubling and never shrinks below what it holds: push behind,
/// pop in front, both without moving the others. Most topics hold one or two entries, so it starts
/// with nothing.
class EntryRing {
public:
  void push(protocol::EntryPtr entry);
  void pop();
  /// Gives the room of popped entries back.
  void fit();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// 0 is the oldest.
  [[nodiscard]] const protocol::EntryPtr& operator[](std::size_t position) const {
    return slots_[(first_ + position) & (slots_.size() - 1)];
  }

private:
  void rehouse(std::size_t capacity);

  std::vector<protocol::EntryPtr> slots_;  ///< a power of two of them
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weir::gateway::topics
