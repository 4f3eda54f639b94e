#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <unordered_map>
#include <utility>

namespace weir::gateway::session {

/// For keys of numbers that are mostly neighbours of those of other keys.
[[nodiscard]] inline std::size_t hash_of(std::initializer_list<std::uint64_t> parts) {
  std::uint64_t hash = 0;
  for (const auto part : parts) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29U;
  }
  return hash;
}

/// Values by key up to a budget of bytes; the oldest ones go first.
template <class Key, class Value, class Hash>
class BoundedCache {
public:
  explicit BoundedCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// nullptr: it is not here. Valid until the next `keep`.
  [[nodiscard]] const Value* find(const Key& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second.value;
  }

  /// `key` must not be here yet. `bytes`: what the value counts.
  void keep(const Key& key, Value value, std::size_t bytes) {
    held_bytes_ += bytes;
    values_.emplace(key, Held{std::move(value), bytes});
    order_.push_back(key);
    while (held_bytes_ > bytes_max_) {
      const auto oldest = values_.find(order_.front());
      held_bytes_ -= oldest->second.bytes;
      values_.erase(oldest);
      order_.pop_front();
    }
  }

  [[nodiscard]] std::size_t held_bytes() const { return held_bytes_; }

private:
  struct Held {
    Value value;
    std::size_t bytes;
  };

  std::size_t bytes_max_;
  std::size_t held_bytes_ = 0;
  std::unordered_map<Key, Held, Hash> values_;
  std::deque<Key> order_;
};

}  // namespace weir::gateway::session
