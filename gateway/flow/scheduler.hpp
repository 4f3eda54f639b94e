#pragma once

#include "gateway/topics/cell.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace weir::gateway::flow {

/// Bytes that a cell sends in one turn before the next busy cell of its session has its own.
inline constexpr std::size_t quantum_bytes = std::size_t{16} * 1024;

/// Which cell of a session is served next: busy cells take turns; cells whose gate is closed wait
/// for it. Owned by a session; holds pointers to the session's cells and never outlives them.
class Scheduler {
public:
  /// A cell has something to pull. It waits behind the others, or for its gate.
  void add(topics::Cell& cell, TimePoint now);
  /// A cell goes away, or was changed so that it must be added anew.
  void remove(topics::Cell& cell);
  /// Opens the gates whose time has come.
  void open_gates(TimePoint now);

  /// The cell whose turn it is, still in its place; nullptr when none is due.
  [[nodiscard]] topics::Cell* front() const { return due_.front(); }
  /// Its turn is over: takes it out.
  void pop() { due_.pop(); }
  /// Its quantum is used up: behind the others.
  void rotate();

  [[nodiscard]] bool has_due() const { return !due_.empty(); }
  /// When the next gate opens.
  [[nodiscard]] std::optional<TimePoint> next_gate() const;

private:
  topics::CellList due_{topics::Cell::State::due};
  std::vector<topics::Cell*> gated_;  ///< heap, earliest gate first
};

}  // namespace weir::gateway::flow
