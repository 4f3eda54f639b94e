#pragma once

#include "gateway/topics/record_state.hpp"
#include "protocol/core/entry.hpp"

#include <cstddef>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir::gateway::topics {

/// One row of a table, or the tombstone of one.
struct TableRow {
  /// Of the row's own fields; more would cost every row of a large table.
  static constexpr std::size_t tombstones_min = 8;

  std::string key;
  protocol::Offset version = 0;  ///< of its newest change
  protocol::Offset born_at = 0;  ///< a client whose base is below has nothing of this life
  /// When an earlier row of this key was removed: a client whose base is below may still hold that.
  protocol::Offset predecessor_gone_at = 0;
  RecordState fields{tombstones_min};
};

/// A table topic's folded state: rows by key, in the order of their last change, so that everything
/// after a version lies together at the end and a pull of any size can stop and go on. Removed rows
/// leave tombstones, the newest max(1024, rows); `floor` is the version of the newest one
/// forgotten. A row exists from its first update until its removal, also without fields.
class TableState {
public:
  TableState() = default;
  TableState(const TableState& other);
  TableState& operator=(const TableState& other);
  TableState(TableState&&) = default;
  TableState& operator=(TableState&&) = default;
  ~TableState() = default;

  /// Changes fields of a row, which is made where there is none. `offset` is above every version.
  void update(std::string_view key,
              std::span<const protocol::Field> fields,
              protocol::Offset offset);
  /// The same, with no field but these.
  void replace(std::string_view key,
               std::span<const protocol::Field> fields,
               protocol::Offset offset);
  void remove(std::string_view key, protocol::Offset offset);
  /// Removes every row, at no cost for the clients that are behind: they get the whole.
  void clear(protocol::Offset offset);

  [[nodiscard]] const TableRow* find(std::string_view key) const;
  /// Live rows.
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::size_t tombstones() const { return gone_.size(); }
  [[nodiscard]] std::size_t content_bytes() const { return content_bytes_; }
  [[nodiscard]] std::size_t held_bytes() const { return held_bytes_; }
  [[nodiscard]] protocol::Offset version() const { return version_; }
  [[nodiscard]] protocol::Offset floor() const { return floor_; }

  /// Calls `visit(row, is_live)` for every row that changed after `base`, in the order of the
  /// changes, until it returns false. Work: the rows that changed.
  template <class Visit>
  void visit_after(protocol::Offset base, const Visit& visit) const {
    auto row = first_after(rows_, base);
    auto gone = first_after(gone_, base);
    while (row != rows_.end() || gone != gone_.end()) {
      const bool takes_row =
          gone == gone_.end() || (row != rows_.end() && row->version < gone->version);
      if (!visit(takes_row ? *row : *gone, takes_row)) return;
      ++(takes_row ? row : gone);
    }
  }

private:
  using Rows = std::list<TableRow>;                                    ///< oldest change first
  using Index = std::unordered_map<std::string_view, Rows::iterator>;  ///< keys lie in the rows

  [[nodiscard]] static Rows::const_iterator first_after(const Rows& rows, protocol::Offset base);
  template <class Change>
  void change(std::string_view key, protocol::Offset offset, const Change& change);
  Index::iterator add(std::string_view key, protocol::Offset offset);
  void forget(Rows::iterator tombstone);
  void forget_tombstones();
  void index_rows();

  Rows rows_;
  Rows gone_;
  Index by_key_;
  Index gone_by_key_;
  std::size_t content_bytes_ = 0;
  std::size_t held_bytes_ = 0;
  protocol::Offset version_ = 0;
  protocol::Offset floor_ = 0;
};

}  // namespace weir::gateway::topics
