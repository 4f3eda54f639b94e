#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/session/bounded_cache.hpp"
#include "gateway/topics/topic.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::gateway::session {

/// The JSON Patches between values of topics, each made once, whoever asks and in whatever form it
/// is sent; that a pair of values has none is remembered as well. Owned by the frame cache.
class ValuePatchCache {
public:
  explicit ValuePatchCache(std::size_t bytes_max) : cache_(bytes_max) {}

  /// Of values compared in one turn: some 30 ms, so that no client keeps a shard from the others.
  static constexpr std::size_t compared_bytes_max = std::size_t{2} << 20U;

  void begin_turn() { compared_bytes_ = 0; }

  /// What turns the value of the entry at `base` into that of `entry`; empty where the whole is to
  /// be sent: it is smaller, or the base is no longer in the ring, or one of them is not JSON, or
  /// this turn has compared enough.
  SharedBytes find_or_make(const topics::Topic& topic,
                           protocol::Offset base,
                           const protocol::Entry& entry);

  [[nodiscard]] std::size_t held_bytes() const { return cache_.held_bytes(); }

private:
  struct Key {
    protocol::TopicNumber topic;
    protocol::Offset from;
    protocol::Offset to;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  BoundedCache<Key, SharedBytes, KeyHash> cache_;
  std::size_t compared_bytes_ = 0;  ///< in this turn
};

}  // namespace weir::gateway::session
