#pragma once

#include "gateway/core/shared_bytes.hpp"
#include "gateway/session/bounded_cache.hpp"
#include "gateway/session/counters.hpp"
#include "gateway/session/framing.hpp"
#include "gateway/session/value_patches.hpp"
#include "gateway/topics/topic.hpp"
#include "protocol/core/codec.hpp"
#include "protocol/websocket/deflate.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::gateway::session {

/// How a delivery is written, besides which entry it is of.
struct DeliveryForm {
  bool is_snapshot = false;
  bool wants_time = false;
  std::optional<std::uint64_t> conflated{};  ///< asked for, and so many; such frames are not shared
  protocol::Offset base = 0;  ///< the entry whose value the client holds and a patch may change; 0:
                              ///< it gets the whole
  bool is_compressed = false;  ///< where that makes it smaller; only of WebSocket frames
  Framing framing = Framing::websocket;
};

/// A shorter payload is sent as it is: there is too little in it to refer back to.
inline constexpr std::size_t compressed_bytes_min = 256;

/// Forms that are shared have the same number; the codec is part of it because sessions of one
/// topic may speak different ones.
[[nodiscard]] std::uint32_t variant_of(const DeliveryForm& form, const protocol::Codec& codec);

/// Neighbours in a topic's ring, by position, both ends included; none of them is a gap.
struct EntryRun {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Encodes every delivery once per shard: what a pull yields is the same for every session at that
/// cursor, so they all refer to the same bytes. Frames of this moment stay with their topic; older
/// ones of one entry are kept here up to a budget, oldest out first. Owned by the hub.
class FrameCache {
public:
  FrameCache(std::size_t bytes_max, SessionCounters& counters)
      : cache_(bytes_max), patches_(bytes_max / 4), counters_(&counters) {}

  void begin_turn() { patches_.begin_turn(); }

  /// The frame of one entry: a patch where the form has a base and there is a smaller one.
  FrameBlock entry(topics::Topic& topic,
                   const protocol::Entry& entry,
                   const DeliveryForm& form,
                   const protocol::Codec& codec);
  /// The frames of a run of the ring's entries as one block.
  FrameBlock block(topics::Topic& topic,
                   EntryRun run,
                   const DeliveryForm& form,
                   const protocol::Codec& codec);
  /// One delivery of the topic, counted as encoded; compressed where the form says so and it helps.
  FrameBlock delivery(const topics::Topic& topic,
                      const protocol::DeliveryEvent& delivery,
                      const DeliveryForm& form,
                      const protocol::Codec& codec);
  /// Any other event; never shared. `id`: of an event among numbered ones; empty: it has none.
  SharedBytes event(const protocol::Event& event,
                    const protocol::Codec& codec,
                    Framing framing = Framing::websocket,
                    std::string_view id = {});

  [[nodiscard]] std::size_t held_bytes() const { return cache_.held_bytes(); }

private:
  struct Key {
    protocol::TopicNumber topic;
    protocol::Offset base;
    protocol::Offset offset;
    std::uint32_t variant;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  FrameBlock encode(const topics::Topic& topic,
                    const protocol::Entry& entry,
                    const DeliveryForm& form,
                    std::string_view patch,
                    const protocol::Codec& codec);
  SharedBytes frame(std::string_view payload, const protocol::Codec& codec, bool is_compressed);
  SharedBytes event_frame(std::string_view id);
  /// Compresses `payload_` into `compressed_`. False: it is sent as it is.
  [[nodiscard]] bool compress();

  BoundedCache<Key, FrameBlock, KeyHash> cache_;
  ValuePatchCache patches_;
  SessionCounters* counters_;
  std::string payload_;  ///< scratch, so that encoding does not allocate each time
  std::string compressed_;
  std::string frame_;
  /// One for all sessions, so it must not remember anything from one message to the next.
  protocol::websocket::Deflater deflater_{{.window_bits = protocol::websocket::shared_window_bits}};
};

}  // namespace weir::gateway::session
