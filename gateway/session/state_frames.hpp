#pragma once

#include "gateway/session/bounded_cache.hpp"
#include "gateway/session/frame_cache.hpp"
#include "gateway/topics/field_sets.hpp"
#include "gateway/topics/table_pull.hpp"

#include <cstddef>
#include <cstdint>

namespace weir::gateway::session {

/// What a cell of a record or table asks for.
struct StateRequest {
  topics::TablePull pull;          ///< a record has no pages: `cursor` is the client's base
  const topics::FieldSet* fields;  ///< nullptr: all
  std::size_t page_bytes;          ///< of a table
};

/// What it gets.
struct StateFrames {
  FrameBlock frames;        ///< without bytes: nothing has changed that it wants
  topics::TablePull after;  ///< where the client stands when it has them
  bool has_more = false;    ///< another page follows
};

/// Turns the state of records and tables into frames, once for all cells that stand at one cursor
/// and chose the same fields. Owned by the hub.
class StateFrameCache {
public:
  StateFrameCache(std::size_t bytes_max, FrameCache& frames, SessionCounters& counters)
      : cache_(bytes_max), frames_(&frames), counters_(&counters) {}

  StateFrames pull(const topics::Topic& topic,
                   const StateRequest& request,
                   const DeliveryForm& form,
                   const protocol::Codec& codec);

private:
  struct Key {
    protocol::TopicNumber topic;
    protocol::Offset head;
    topics::TablePull pull;
    std::size_t page_bytes;
    std::uint32_t fields;
    std::uint32_t variant;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  StateFrames encode(const topics::Topic& topic,
                     const StateRequest& request,
                     const DeliveryForm& form,
                     const protocol::Codec& codec);

  BoundedCache<Key, StateFrames, KeyHash> cache_;
  FrameCache* frames_;
  SessionCounters* counters_;
};

}  // namespace weir::gateway::session
