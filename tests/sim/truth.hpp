#pragma once

#include "gateway/core/ids.hpp"
#include "gateway/core/time.hpp"
#include "gateway/topics/topic.hpp"
#include "protocol/core/entry.hpp"
#include "tests/sim/fold.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::tests::sim {

using protocol::Offset;

/// One life of a topic: everything that was ever appended to it, never shortened.
class Life {
public:
  Life(protocol::Epoch epoch, std::size_t order, protocol::Kind kind);

  void append(protocol::EntryPtr entry);

  [[nodiscard]] const protocol::Epoch& epoch() const { return epoch_; }
  [[nodiscard]] std::size_t order() const { return order_; }
  [[nodiscard]] Offset head() const { return entries_.empty() ? 0 : entries_.back()->offset; }
  [[nodiscard]] bool has_holes() const { return has_holes_; }
  [[nodiscard]] const protocol::Entry* find(Offset offset) const;
  [[nodiscard]] const protocol::Entry* next_after(Offset offset) const;
  /// Entries with from < offset <= to.
  [[nodiscard]] std::size_t count(Offset from, Offset to) const;
  /// Of them, those that are no source gaps.
  [[nodiscard]] std::size_t count_data(Offset from, Offset to) const;
  /// Offset of the newest entry up to `offset` that is no source gap; 0: none.
  [[nodiscard]] Offset newest_data(Offset offset) const;
  /// The head just before that time.
  [[nodiscard]] Offset head_before(gateway::TimePoint time) const;
  /// Of a record or table; nullptr: it has no parts.
  [[nodiscard]] const FoldHistory* states() const { return states_ ? &*states_ : nullptr; }
  [[nodiscard]] Fold fold_at(Offset offset) const;
  /// Whether a gateway may no longer know which rows were deleted after `offset`.
  [[nodiscard]] bool may_have_forgotten(Offset offset) const;

private:
  [[nodiscard]] std::size_t position_after(Offset offset) const;

  protocol::Epoch epoch_;
  std::size_t order_;
  bool has_holes_ = false;
  std::vector<protocol::EntryPtr> entries_;
  protocol::Kind kind_;
  std::optional<FoldHistory> states_;
  Offset cleared_at_ = 0;
  std::size_t removed_rows_ = 0;
};

/// One topic, with all its lives.
struct TopicTruth {
  std::string name;
  protocol::Kind kind = protocol::Kind::value;
  std::deque<Life> lives;
  protocol::TopicNumber number = 0;  ///< at its owner
  Offset oldest_retained = 0;        ///< in the owner's ring
  bool is_stale = false;

  [[nodiscard]] const Life& life() const { return lives.back(); }
  [[nodiscard]] const Life* find(std::string_view epoch) const;
};

/// What was published, as the owners' logs have it: looked at after every event, before a ring can
/// have dropped anything unseen.
class Truth {
public:
  void observe(const gateway::topics::Topic& owned);
  [[nodiscard]] const std::map<std::string, TopicTruth, std::less<>>& topics() const {
    return topics_;
  }
  [[nodiscard]] const TopicTruth* find(std::string_view name) const;

private:
  std::map<std::string, TopicTruth, std::less<>> topics_;
};

}  // namespace weir::tests::sim
