#pragma once

#include "gateway/core/time.hpp"
#include "gateway/topics/field_sets.hpp"
#include "gateway/topics/replays.hpp"
#include "gateway/topics/table_pull.hpp"
#include "gateway/topics/topic_log.hpp"
#include "protocol/core/command.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace weir::gateway::topics {

class Topic;
struct Cell;

/// Who is told that a cell has something to pull: its session.
class CellOwner {
public:
  virtual void on_due(Cell& cell) = 0;

protected:
  ~CellOwner() = default;
};

/// How a new cell begins, until its first service.
enum class CellStart : std::uint8_t {
  running,   ///< has begun
  cursor,    ///< at its cursor: the topic is introduced, nothing else is owed
  whole,     ///< at its cursor, without the state there: whole with the next change
  snapshot,  ///< with the state, whole
};

/// Why a cell of `all` is not in the ring, and with it what it is told where its source does not
/// help it on.
enum class Outside : std::uint8_t {
  overflow,  ///< it was slower than the topic
  position,  ///< it began at a position that the ring no longer had
  history,   ///< it began with more history than the ring had; less is no gap
  ahead,     ///< it began beyond the head, where the source may be already
};

/// What the subscriptions that match a topic ask for together.
struct CellOptions {
  protocol::Delivery delivery = protocol::Delivery::latest;
  protocol::OverflowPolicy on_overflow = protocol::OverflowPolicy::gap;
  protocol::Delta delta = protocol::Delta::none;  ///< of values, `latest` only
  bool wants_time = false;
  bool wants_counts = false;
  std::int8_t priority = 0;  ///< of the session's cells: higher ones go first
  double max_rate = 0;       ///< deliveries per second, 0: none; `latest` only
  Duration max_delay{};      ///< the next delivery waits at most this long for company; 0: none
  FieldSetPtr fields;        ///< of records and tables, `latest` only; nullptr: all
};

/// A gap that is told when the cell is first served: what the client's position could not be joined
/// to.
struct OwedGap {
  std::optional<protocol::Offset> from;
  protocol::GapCause cause = protocol::GapCause::unknown;
  std::optional<std::uint64_t> lost;
};

/// One session's place in one topic: a cursor, not a queue. Owned by the session; linked into its
/// topic's caught-up list while it has everything, and otherwise in its session's hands.
struct Cell {
  enum class State : std::uint8_t { idle, caught_up, due, gated };

  Topic* topic = nullptr;
  CellOwner* owner = nullptr;
  Cursor cursor;
  /// Where patches are wanted: the entry whose value the client holds. 0: none that is known.
  protocol::Offset base = 0;
  CellOptions options;
  State state = State::idle;
  CellStart start = CellStart::cursor;
  Outside outside = Outside::overflow;
  bool told_stale = false;
  std::uint8_t round = 0;        ///< which of its lane's two lists it is in
  std::uint32_t gate_index = 0;  ///< its place among the gated
  std::uint64_t turn_mark = 0;   ///< how far it has used up its lane's rounds, in bytes
  std::uint64_t life = 0;        ///< topic number that the cursor belongs to
  std::unique_ptr<OwedGap> owed_gap;
  std::unique_ptr<TablePull> pull;  ///< of a table, between two pages
  std::unique_ptr<Replay> replay;   ///< of what the ring no longer has
  std::uint64_t introduced =
      0;                   ///< topic number that the client was last given for it; 0: none yet
  TimePoint opens_at{};    ///< the frequency gate: not served before
  Cell* before = nullptr;  ///< in the caught-up list
  Cell* behind = nullptr;
};

/// Whether the client has no state that changes could mend.
[[nodiscard]] inline bool is_whole_owed(const Cell& cell) {
  return cell.start == CellStart::snapshot || cell.start == CellStart::whole;
}
/// Whether the state, or the rest of it, comes before any entry.
[[nodiscard]] inline bool begins_with_state(const Cell& cell) {
  return is_whole_owed(cell) || cell.pull != nullptr;
}

/// Cells in a line: the caught-up ones of a topic, or the due ones of a session. A cell is in one
/// list at most; linking and unlinking touch neighbours only and allocate nothing.
class CellList {
public:
  explicit CellList(Cell::State state) : state_(state) {}

  void push(Cell& cell);
  void remove(Cell& cell);
  [[nodiscard]] Cell* front() const { return first_; }
  /// Takes the front cell out; nullptr when there is none.
  Cell* pop();
  [[nodiscard]] bool empty() const { return first_ == nullptr; }

private:
  Cell::State state_;  ///< of the cells in this list
  Cell* first_ = nullptr;
  Cell* last_ = nullptr;
};

}  // namespace weir::gateway::topics
