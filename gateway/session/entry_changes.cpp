#include "gateway/session/entry_changes.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace weir::gateway::session {

using protocol::Entry;
using protocol::FieldView;
using protocol::Operation;
using protocol::StateChanges;

namespace {

/// `null` removes a field; in a whole it is a field that is not there.
std::vector<FieldView> views_of(const Entry& entry, bool is_whole) {
  std::vector<FieldView> views;
  for (const auto& field : entry.fields) {
    const bool is_null = field.json == "null";
    if (is_null && is_whole) continue;
    views.push_back({field.name, is_null ? std::string_view{} : std::string_view(field.json)});
  }
  return views;
}

}  // namespace

std::optional<StateChanges> changes_of(const Entry& entry, protocol::Kind kind) {
  const bool is_whole = entry.operation == Operation::replace;
  StateChanges changes;
  changes.kind = kind;
  if (kind == protocol::Kind::record) {
    if (entry.operation == Operation::remove) return std::nullopt;
    if (!is_whole) changes.base = entry.prev;
    changes.fields = views_of(entry, is_whole);
    return changes;
  }
  if (entry.key.empty()) return std::nullopt;
  changes.base = entry.prev;
  if (entry.operation != Operation::update) changes.removed_rows.push_back(entry.key);
  if (entry.operation != Operation::remove) {
    changes.rows.push_back({entry.key, views_of(entry, is_whole)});
  }
  return changes;
}

}  // namespace weir::gateway::session
