#pragma once

#include "gateway/core/time.hpp"
#include "gateway/topics/topic_log.hpp"
#include "protocol/core/command.hpp"

#include <cstdint>

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
  snapshot,  ///< with the state, whole
};

/// What the subscriptions that match a topic ask for together.
struct CellOptions {
  protocol::Delivery delivery = protocol::Delivery::latest;
  protocol::OverflowPolicy on_overflow = protocol::OverflowPolicy::gap;
  double max_rate = 0;   ///< deliveries per second, 0: none; `latest` only
  Duration max_delay{};  ///< the next delivery waits at most this long for company; 0: none
  bool wants_time = false;
  bool wants_counts = false;
};

/// One session's place in one topic: a cursor, not a queue. Owned by the session; linked into its
/// topic's caught-up list while it has everything, and otherwise in its session's hands.
struct Cell {
  enum class State : std::uint8_t { idle, caught_up, due, gated };

  Topic* topic = nullptr;
  CellOwner* owner = nullptr;
  Cursor cursor;
  CellOptions options;
  State state = State::idle;
  CellStart start = CellStart::cursor;
  bool told_stale = false;
  std::uint64_t introduced =
      0;                   ///< topic number that the client was last given for it; 0: none yet
  TimePoint opens_at{};    ///< the frequency gate: not served before
  Cell* before = nullptr;  ///< in the caught-up list
  Cell* behind = nullptr;
};

/// The caught-up cells of one topic. Linking and unlinking touch neighbours only.
class CellList {
public:
  void push(Cell& cell);
  void remove(Cell& cell);
  /// Takes the front cell out; nullptr when there is none.
  [[nodiscard]] Cell* pop();
  [[nodiscard]] bool empty() const { return first_ == nullptr; }

private:
  Cell* first_ = nullptr;
  Cell* last_ = nullptr;
};

}  // namespace weir::gateway::topics
