#pragma once

#include "gateway/topics/cell.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::gateway::flow {

/// Bytes that a cell sends in one round before the other busy cells of its priority have theirs.
inline constexpr std::size_t quantum_bytes = std::size_t{16} * 1024;

/// The busy cells of one priority, in rounds (deficit round robin). In each round a cell may begin
/// to send until it has sent a quantum; what its last delivery was too long, it has less in the
/// rounds that follow. So cells that stay busy get the same bytes, however large their deliveries
/// are, and between two turns of one of them each other sends at most a quantum and one delivery,
/// and as much more as the last delivery of the one that waits was too long.
/// A lane that falls idle forgets who has sent too much. Part of a session's scheduler.
class Lane {
public:
  explicit Lane(std::int8_t priority) : priority_(priority) {}

  /// A cell becomes busy. It waits behind those that still have a turn in this round.
  void add(topics::Cell& cell);
  /// It has everything, or goes away.
  void remove(topics::Cell& cell);
  /// The cell whose turn it is, still in its place; nullptr when none is busy.
  [[nodiscard]] topics::Cell* front();
  /// What a cell that has its turn may still send in this round; at least 1. The delivery that
  /// goes beyond it is the last.
  [[nodiscard]] std::size_t room(const topics::Cell& cell) const;
  /// It has sent so much.
  void charge(topics::Cell& cell, std::size_t bytes);
  /// It has more to send: behind the others of this round, or into the next.
  void rotate(topics::Cell& cell);

  [[nodiscard]] bool is_busy() const { return !rounds_[0].empty() || !rounds_[1].empty(); }
  [[nodiscard]] std::int8_t priority() const { return priority_; }

private:
  [[nodiscard]] bool has_turn(const topics::Cell& cell) const {
    return cell.turn_mark < begin_ + quantum_bytes;
  }
  void push(topics::Cell& cell);

  std::array<topics::CellList, 2> rounds_{topics::CellList(topics::Cell::State::due),
                                          topics::CellList(topics::Cell::State::due)};
  /// Of this round: what a cell has sent that was busy in every round before and never too long.
  std::uint64_t begin_ = 0;
  std::uint64_t furthest_ = 0;  ///< of all marks
  std::uint8_t current_ = 0;    ///< which list is this round's; the other is the next one's
  std::int8_t priority_;
};

}  // namespace weir::gateway::flow
