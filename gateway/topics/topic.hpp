#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/shared_bytes.hpp"
#include "gateway/topics/cell.hpp"
#include "gateway/topics/topic_log.hpp"
#include "gateway/topics/topic_rules.hpp"
#include "protocol/core/event.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::gateway::topics {

struct FollowerCell;

/// Finished frames of one pull, kept with the topic until its head moves on: what thousands of
/// caught-up cells ask for within one turn, found without a look-up.
struct HotFrames {
  protocol::Offset from = 0;  ///< exclusive
  protocol::Offset to = 0;    ///< inclusive; 0: empty
  std::uint32_t variant = 0;
  FrameBlock frames;
};

/// One topic as a shard holds it: the log (its own, or a replica of another shard's), the cells
/// that have all of it, and the shards that follow it. Owned by the registry; the address is stable
/// while it lives.
class Topic {
public:
  Topic(std::string name, protocol::TopicNumber number, TopicLog log, const TopicRule& rule);
  Topic(const Topic&) = delete;
  Topic& operator=(const Topic&) = delete;
  ~Topic() = default;

  /// Appends to the log and hands every caught-up cell to its session.
  void append(protocol::EntryPtr entry);
  /// Another life of the log, or what a replica has missed: cells go on from where they are, or
  /// find their gap.
  void replace(TopicLog log, protocol::TopicNumber number);
  void set_stale(bool stale);
  /// Links a cell that has been served up to the head.
  void park(Cell& cell) { caught_up_.push(cell); }
  void unpark(Cell& cell) { caught_up_.remove(cell); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] protocol::TopicNumber number() const { return number_; }
  [[nodiscard]] const TopicLog& log() const { return log_; }
  [[nodiscard]] const TopicRule& rule() const { return *rule_; }
  [[nodiscard]] bool is_stale() const { return is_stale_; }
  void shrink() { log_.shrink(); }

  /// The finished frames of this moment; a few of them, overwritten in turn.
  [[nodiscard]] const FrameBlock* find_hot(protocol::Offset from,
                                           protocol::Offset to,
                                           std::uint32_t variant) const;
  void keep_hot(HotFrames frames);

  std::vector<FollowerCell*> followers;  ///< of other shards; kept by the outlet that made them
  Topic* older = nullptr;                ///< registry's order of last publish
  Topic* newer = nullptr;
  std::uint64_t feed =
      0;                 ///< replica: the owner's number of this feed; 0: this shard owns the topic
  ShardIndex owner = 0;  ///< replica: whose topic it is

private:
  void wake_all();

  std::string name_;
  protocol::TopicNumber number_;
  TopicLog log_;
  const TopicRule* rule_;
  bool is_stale_ = false;
  CellList caught_up_{Cell::State::caught_up};
  std::array<HotFrames, 4> hot_frames_;
  std::size_t next_hot_ = 0;
};

}  // namespace weir::gateway::topics
