#include "gateway/topics/record_pull.hpp"

#include <algorithm>
#include <utility>

namespace weir::gateway::topics {
namespace {

std::size_t size_of(std::span<const protocol::FieldView> fields) {
  constexpr std::size_t null_bytes = 4;
  std::size_t bytes = 0;
  for (const auto& field : fields) {
    bytes += field.name.size() + (field.json.empty() ? null_bytes : field.json.size());
  }
  return bytes;
}

}  // namespace

protocol::StateChanges pull_record(const RecordState& state,
                                   std::optional<protocol::Offset> base,
                                   std::span<const std::string> fields) {
  protocol::StateChanges whole;
  protocol::StateChanges changes;
  const auto into = [&](std::vector<protocol::FieldView>& chosen) {
    return [&](std::string_view name, std::string_view json) {
      if (fields.empty() || std::ranges::binary_search(fields, name, std::less<>{})) {
        chosen.push_back({name, json});
      }
    };
  };
  const bool is_mendable = base && *base >= state.floor();
  if (is_mendable) {
    changes.base = base;
    state.visit_after(*base, into(changes.fields));
    if (changes.fields.size() < state.size()) return changes;
  }
  state.visit_live(into(whole.fields));
  const bool is_whole = !is_mendable || size_of(whole.fields) <= size_of(changes.fields);
  const bool has_changes = !is_mendable || !changes.fields.empty();
  return is_whole && has_changes ? std::move(whole) : std::move(changes);
}

}  // namespace weir::gateway::topics
