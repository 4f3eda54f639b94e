#pragma once

#include "gateway/topics/cell.hpp"

#include <cstddef>
#include <vector>

namespace weir::gateway::flow {

/// Cells that wait for their frequency gate, the one that opens first in front. Part of a
/// session's scheduler; holds pointers to cells, which know their place, so that one that goes
/// away is not looked for.
class GateQueue {
public:
  void push(topics::Cell& cell);
  void remove(topics::Cell& cell);
  /// nullptr: none waits.
  [[nodiscard]] topics::Cell* front() const { return heap_.empty() ? nullptr : heap_.front(); }

private:
  void place(std::size_t index, topics::Cell& cell);
  /// Both move the cell from `index` to where it belongs.
  void move_up(std::size_t index);
  void move_down(std::size_t index);

  std::vector<topics::Cell*> heap_;
};

}  // namespace weir::gateway::flow
