#pragma once

#include "gateway/flow/gate_queue.hpp"
#include "gateway/flow/lane.hpp"
#include "gateway/topics/cell.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace weir::gateway::flow {

/// Bytes that go past waiting cells of lower priorities for each byte that goes to them.
inline constexpr std::int64_t bytes_ahead = 8;

/// Which cell of a session is served next. Cells whose gate is closed wait for it; busy cells take
/// turns with those of their priority, in a lane. The highest busy lane goes first, but one byte in
/// nine is for the lower ones that wait, in turn, a quantum at a time. Owned by a session; holds
/// pointers to the session's cells and never outlives them.
class Scheduler {
public:
  /// A cell has something to pull. It waits behind the others, or for its gate.
  void add(topics::Cell& cell, TimePoint now);
  /// A cell goes away, or was served to the end, or is to be changed: its priority and its gate
  /// stay as they are while it is here.
  void remove(topics::Cell& cell);
  /// Opens the gates whose time has come.
  void open_gates(TimePoint now);

  /// The cell whose turn it is, still in its place; nullptr when none is due.
  [[nodiscard]] topics::Cell* front();
  /// What it may send before the next has its turn; at least 1, and the delivery that goes beyond
  /// is its last.
  [[nodiscard]] std::size_t room(const topics::Cell& cell) { return lane_of(cell).room(cell); }
  /// It has sent so much.
  void charge(topics::Cell& cell, std::size_t bytes);
  /// It has more to send: behind the others.
  void rotate(topics::Cell& cell) { lane_of(cell).rotate(cell); }

  [[nodiscard]] bool has_due() const { return due_count_ > 0; }
  /// When the next gate opens.
  [[nodiscard]] std::optional<TimePoint> next_gate() const;

private:
  [[nodiscard]] Lane& lane_of(const topics::Cell& cell);
  /// The highest lane that `is_it` says yes to; nullptr: none.
  template <class IsIt>
  [[nodiscard]] Lane* find_lane(const IsIt& is_it);
  void add_due(topics::Cell& cell);
  /// nullptr: none is busy.
  [[nodiscard]] Lane* lane_in_turn();
  /// The next busy lane below the guest before, or the first below `top`; nullptr: none.
  [[nodiscard]] Lane* next_guest(const Lane& top);

  Lane plain_{0};             ///< all that most sessions need, so it is in no block of its own
  std::vector<Lane> others_;  ///< highest priority first; one stays when it was needed once
  GateQueue gated_;
  /// Bytes that went past waiting cells of lower lanes, less what those had for it.
  std::int64_t passed_bytes_ = 0;
  std::uint32_t due_count_ = 0;
  std::int8_t guest_ = 0;  ///< priority of the lower lane that goes first or did so last
  bool has_guest_ = false;
};

}  // namespace weir::gateway::flow
