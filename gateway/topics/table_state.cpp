#include "gateway/topics/table_state.hpp"

#include <algorithm>
#include <iterator>

namespace weir::gateway::topics {

using protocol::Field;
using protocol::Offset;

namespace {

constexpr std::size_t tombstones_min = 1024;

std::size_t content(const TableRow& row) {
  return row.key.size() + row.fields.content_bytes();
}

/// With its places in the list and the index.
std::size_t cost(const TableRow& row) {
  constexpr std::size_t links_bytes = 64;
  return sizeof(TableRow) + links_bytes + row.key.size() + row.fields.held_bytes();
}

}  // namespace

TableState::TableState(const TableState& other)
    : rows_(other.rows_),
      gone_(other.gone_),
      content_bytes_(other.content_bytes_),
      held_bytes_(other.held_bytes_),
      version_(other.version_),
      floor_(other.floor_) {
  index_rows();
}

TableState& TableState::operator=(const TableState& other) {
  if (this != &other) *this = TableState(other);
  return *this;
}

void TableState::update(std::string_view key, std::span<const Field> fields, Offset offset) {
  change(key, offset, [&](RecordState& row) { row.update(fields, offset); });
}

void TableState::replace(std::string_view key, std::span<const Field> fields, Offset offset) {
  change(key, offset, [&](RecordState& row) { row.replace(fields, offset); });
}

template <class Change>
void TableState::change(std::string_view key, Offset offset, const Change& change) {
  auto known = by_key_.find(key);
  const bool is_new = known == by_key_.end();
  if (is_new) known = add(key, offset);
  auto& row = *known->second;
  const auto version_before = row.fields.version();
  content_bytes_ -= content(row);
  held_bytes_ -= cost(row);
  change(row.fields);
  content_bytes_ += content(row);
  held_bytes_ += cost(row);
  if (!is_new && row.fields.version() == version_before) return;
  row.version = version_ = offset;
  rows_.splice(rows_.end(), rows_, known->second);
}

void TableState::remove(std::string_view key, Offset offset) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return;
  const auto row = known->second;
  by_key_.erase(known);
  content_bytes_ -= content(*row);
  held_bytes_ -= cost(*row);
  row->fields = RecordState{TableRow::tombstones_min};
  row->version = version_ = offset;
  held_bytes_ += cost(*row);
  gone_.splice(gone_.end(), rows_, row);
  gone_by_key_.emplace(row->key, row);
  forget_tombstones();
}

void TableState::clear(Offset offset) {
  *this = TableState{};
  version_ = floor_ = offset;
}

const TableRow* TableState::find(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &*found->second;
}

TableState::Index::iterator TableState::add(std::string_view key, Offset offset) {
  TableRow row{std::string(key), offset, offset, 0};
  if (const auto gone = gone_by_key_.find(key); gone != gone_by_key_.end()) {
    row.predecessor_gone_at = gone->second->version;
    forget(gone->second);
  }
  rows_.push_back(std::move(row));
  const auto place = std::prev(rows_.end());
  content_bytes_ += content(*place);
  held_bytes_ += cost(*place);
  return by_key_.emplace(place->key, place).first;
}

TableState::Rows::const_iterator TableState::first_after(const Rows& rows, Offset base) {
  auto place = rows.end();
  while (place != rows.begin() && std::prev(place)->version > base) --place;
  return place;
}

void TableState::forget(Rows::iterator tombstone) {
  held_bytes_ -= cost(*tombstone);
  gone_by_key_.erase(tombstone->key);
  gone_.erase(tombstone);
}

void TableState::forget_tombstones() {
  while (gone_.size() > std::max(tombstones_min, rows_.size())) {
    floor_ = gone_.front().version;
    forget(gone_.begin());
  }
}

void TableState::index_rows() {
  for (auto row = rows_.begin(); row != rows_.end(); ++row) by_key_.emplace(row->key, row);
  for (auto row = gone_.begin(); row != gone_.end(); ++row) gone_by_key_.emplace(row->key, row);
}

}  // namespace weir::gateway::topics
