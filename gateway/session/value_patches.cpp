#include "gateway/session/value_patches.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/json_patch.hpp"

#include <functional>
#include <string>

namespace weir::gateway::session {

using protocol::Entry;
using protocol::JsonType;

namespace {

/// What "b" and "j" of a delivery have more than "d", at most.
constexpr std::size_t base_bytes = 24;
/// What it costs to remember a pair, besides its patch.
constexpr std::size_t own_bytes = 128;

/// `{"b64":"..."}`: a client holds bytes then, which no patch can change.
bool stands_for_bytes(const protocol::JsonValue& value) {
  if (value.type != JsonType::object) return false;
  protocol::JsonCursor cursor(value);
  const auto first = cursor.next_member();
  return first && first->name == "b64" && first->value.type == JsonType::string &&
         !cursor.next_member();
}

bool is_patchable(const Entry& entry) {
  return entry.operation == protocol::Operation::replace &&
         entry.payload.format == protocol::PayloadFormat::json &&
         entry.payload.bytes.size() > base_bytes &&
         !stands_for_bytes(protocol::json_value(entry.payload.bytes));
}

const Entry* find_entry(const topics::TopicLog& log, protocol::Offset offset) {
  const auto position = log.position_after(offset - 1);
  if (position == log.ring().size()) return nullptr;
  const auto& found = *log.ring()[position];
  return found.offset == offset ? &found : nullptr;
}

SharedBytes make(const Entry& from, const Entry& entry) {
  if (!is_patchable(from) || !is_patchable(entry)) return {};
  const auto& whole = entry.payload.bytes;
  const auto patch =
      protocol::make_json_patch(from.payload.bytes, whole, whole.size() - base_bytes);
  return patch ? SharedBytes(*patch) : SharedBytes();
}

}  // namespace

std::size_t ValuePatchCache::KeyHash::operator()(const Key& key) const {
  return hash_of({key.topic, key.from, key.to});
}

SharedBytes ValuePatchCache::find_or_make(const topics::Topic& topic,
                                          protocol::Offset base,
                                          const Entry& entry) {
  const Key key{topic.number(), base, entry.offset};
  if (const auto* known = cache_.find(key)) return *known;
  const auto* from = find_entry(topic.log(), base);
  if (from == nullptr || compared_bytes_ >= compared_bytes_max) return {};
  compared_bytes_ += from->payload.bytes.size() + entry.payload.bytes.size();
  auto patch = make(*from, entry);
  cache_.keep(key, patch, own_bytes + patch.size());
  return patch;
}

}  // namespace weir::gateway::session
