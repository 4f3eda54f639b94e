#include "gateway/topics/entry_ring.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace weir::gateway::topics {

void EntryRing::push(protocol::EntryPtr entry) {
  if (size_ == slots_.size()) rehouse(std::max<std::size_t>(1, slots_.size() * 2));
  slots_[(first_ + size_) & (slots_.size() - 1)] = std::move(entry);
  ++size_;
}

void EntryRing::pop() {
  assert(size_ > 0);
  slots_[first_].reset();
  first_ = (first_ + 1) & (slots_.size() - 1);
  --size_;
}

void EntryRing::fit() {
  const auto capacity = std::bit_ceil(std::max<std::size_t>(1, size_));
  if (capacity < slots_.size()) rehouse(capacity);
}

void EntryRing::rehouse(std::size_t capacity) {
  std::vector<protocol::EntryPtr> slots(capacity);
  for (std::size_t i = 0; i < size_; ++i) {
    slots[i] = std::move(slots_[(first_ + i) & (slots_.size() - 1)]);
  }
  slots_ = std::move(slots);
  first_ = 0;
}

}  // namespace weir::gateway::topics
