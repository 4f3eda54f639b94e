#pragma once

#include "gateway/topics/table_state.hpp"
#include "protocol/core/event.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace weir::gateway::topics {

/// How far a client has come in a table, page by page. Between two pages rows go on changing: a row
/// that was sent may change again, one that waits may move behind the others. So a page compares
/// fields with what the client had when the pull began, not with the page before; and the client
/// counts its position from the last page of a pull only.
struct TablePull {
  protocol::Offset cursor = 0;    ///< rows up to this version were sent
  protocol::Offset base = 0;      ///< the client had the table of this offset when the pull began
  protocol::Offset began_at = 0;  ///< head at that time
  bool is_whole = false;          ///< it begins with nothing, and the first page replaces all

  [[nodiscard]] bool has_begun() const { return began_at != 0; }
  friend bool operator==(const TablePull&, const TablePull&) = default;
};

struct TablePageOptions {
  std::size_t bytes_max = std::size_t{16} * 1024;  ///< stops behind the row that goes beyond
  std::span<const std::string> fields{};           ///< sorted; none: all
};

/// The next page of a pull: rows in the order of their changes, at most about `bytes_max`.
/// Shape:  `pull.cursor` is where the client stands; the other members belong to this function from
///         page to page. When the page says that nothing more follows, `pull` stands at `head` and
///         the next one begins. Starts from the whole where `pull.is_whole` is asked for or the
///         base is below the table's floor. Views into `state`.
/// Source: SPEC.md, "Tables".
[[nodiscard]] protocol::StateChanges next_table_page(const TableState& state,
                                                     protocol::Offset head,
                                                     TablePull& pull,
                                                     const TablePageOptions& options);

}  // namespace weir::gateway::topics
