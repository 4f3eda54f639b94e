#pragma once

#include "gateway/topics/entry_ring.hpp"
#include "gateway/topics/record_state.hpp"
#include "gateway/topics/table_state.hpp"
#include "protocol/core/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::gateway::topics {

/// How much of a log is kept. A ring always keeps its newest entry, whatever the limits.
struct RingLimits {
  std::size_t entries = 64;
  std::size_t bytes = std::size_t{1} << 20U;  ///< of content
};

/// A place in a log: the offset of the last entry passed, with its index where that is known.
struct Cursor {
  protocol::Offset offset = 0;
  std::optional<std::uint64_t> index =
      0;  ///< none: a client brought an offset that the ring no longer holds
};

/// Everything of a log that another shard needs to go on with it: immutable, shared by pointer.
struct LogImage {
  protocol::Kind kind = protocol::Kind::value;
  protocol::Epoch epoch;
  protocol::Offset head = 0;
  std::uint64_t head_index = 0;
  std::optional<protocol::Offset> past;  ///< as TopicLog::past
  protocol::EntryPtr state;
  std::shared_ptr<const RecordState> record;
  std::shared_ptr<const TableState> table;
  std::vector<protocol::EntryPtr> ring;
};
using LogImagePtr = std::shared_ptr<const LogImage>;

/// One topic's bounded log with its folded state: the newest entries in a ring, and what all of
/// them together come to. Owned by a Topic, used by one shard. Never decides who gets what, and
/// never assigns offsets.
class TopicLog {
public:
  /// `past`: the source has entries up to this offset that were never here, or may have.
  TopicLog(protocol::Kind kind,
           protocol::Epoch epoch,
           RingLimits limits,
           std::optional<protocol::Offset> past = std::nullopt);
  TopicLog(const LogImage& image, RingLimits limits);

  /// Appends an entry whose offset is above the head, and drops what the limits no longer allow.
  void append(protocol::EntryPtr entry);
  /// Keeps only the newest entry.
  void shrink();
  [[nodiscard]] LogImage image() const;
  /// The image without the ring.
  [[nodiscard]] LogImagePtr share_state() const;
  /// The image without ring and state.
  [[nodiscard]] LogImagePtr share_head() const;

  [[nodiscard]] protocol::Kind kind() const { return kind_; }
  [[nodiscard]] const protocol::Epoch& epoch() const { return epoch_; }
  /// Up to where the source has entries that were never here; nullopt: it can be asked for nothing,
  /// neither these nor what the ring has dropped.
  [[nodiscard]] const std::optional<protocol::Offset>& past() const { return past_; }
  /// Where a cell stands that is to have everything that was ever here.
  [[nodiscard]] Cursor beginning() const { return {past_.value_or(0), 0}; }
  /// Where a cell that has everything stands.
  [[nodiscard]] Cursor head() const { return {head_, head_index_}; }
  /// The newest value, event, change or removal; nullptr before the first. Not a gap.
  [[nodiscard]] const protocol::EntryPtr& state() const { return state_; }
  /// Of a record topic; nullptr otherwise.
  [[nodiscard]] const RecordState* record() const { return record_.get(); }
  /// Of a table topic; nullptr otherwise.
  [[nodiscard]] const TableState* table() const { return table_.get(); }

  /// Retained entries, oldest first: 0..size()-1.
  [[nodiscard]] const EntryRing& ring() const { return ring_; }
  /// Position in the ring of the first entry above `offset`; its size when there is none.
  [[nodiscard]] std::size_t position_after(protocol::Offset offset) const;
  /// Whether nothing between `offset` and the head has been dropped.
  [[nodiscard]] bool retains_all_after(protocol::Offset offset) const;
  /// The cursor in front of the retained entry at `position`; behind the last one it is the head.
  [[nodiscard]] Cursor before(std::size_t position) const;
  /// The cursor at a client's offset; without an index where the ring cannot tell it.
  [[nodiscard]] Cursor cursor_at(protocol::Offset offset) const;
  /// The retained entry with this publisher's message id, or nullptr.
  [[nodiscard]] const protocol::Entry* find_mid(std::string_view mid) const;

  /// Content of the ring, and of the folded state.
  [[nodiscard]] std::size_t retained_bytes() const;

private:
  using MidIndex =
      std::unordered_map<std::string_view, const protocol::Entry*>;  ///< keys live in the entries

  [[nodiscard]] LogImage state_image() const;
  void fold(const protocol::Entry& entry);
  void drop_oldest();

  protocol::Kind kind_;
  protocol::Epoch epoch_;
  RingLimits limits_;
  std::optional<protocol::Offset> past_;
  protocol::Offset head_ = 0;
  std::uint64_t head_index_ = 0;
  protocol::EntryPtr state_;
  std::unique_ptr<RecordState> record_;
  std::unique_ptr<TableState> table_;
  EntryRing ring_;
  std::size_t bytes_ = 0;
  std::unique_ptr<MidIndex> mids_;  ///< only where mids are used
};

}  // namespace weir::gateway::topics
