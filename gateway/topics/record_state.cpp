#include "gateway/topics/record_state.hpp"

#include <algorithm>

namespace weir::gateway::topics {

using protocol::Field;
using protocol::Offset;

namespace {

constexpr std::string_view null_json = "null";

}  // namespace

void RecordState::update(std::span<const Field> fields, Offset offset) {
  for (const auto& field : fields) set(field, offset);
  forget_tombstones();
}

void RecordState::replace(std::span<const Field> fields, Offset offset) {
  for (auto& known : fields_) {
    const bool stays = std::ranges::any_of(fields, [&](const Field& field) {
      return field.name == known.name && field.json != null_json;
    });
    if (!stays && !known.json.empty()) remove(known, offset);
  }
  update(fields, offset);
}

void RecordState::clear(Offset offset) {
  replace({}, offset);
}

std::size_t RecordState::size_after(std::span<const Field> fields) const {
  auto size = live_;
  for (const auto& field : fields) {
    const auto* known = find(field.name);
    const bool is_live = known != nullptr && !known->json.empty();
    const bool stays = field.json != null_json;
    if (stays && !is_live) ++size;
    if (!stays && is_live) --size;
  }
  return size;
}

const RecordState::VersionedField* RecordState::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &VersionedField::name);
  return found == fields_.end() ? nullptr : &*found;
}

void RecordState::set(const Field& field, Offset offset) {
  auto found = std::ranges::find(fields_, field.name, &VersionedField::name);
  if (field.json == null_json) {
    if (found != fields_.end() && !found->json.empty()) remove(*found, offset);
    return;
  }
  if (found == fields_.end()) {
    found = fields_.insert(fields_.end(), {field.name, {}, 0});
    held_bytes_ += sizeof(VersionedField) + field.name.size();
  }
  if (found->json == field.json) return;
  if (found->json.empty()) {
    ++live_;
    content_bytes_ += field.name.size();
  }
  content_bytes_ += field.json.size();
  content_bytes_ -= found->json.size();
  held_bytes_ += field.json.size();
  held_bytes_ -= found->json.size();
  found->json = field.json;
  found->version = version_ = offset;
}

void RecordState::remove(VersionedField& field, Offset offset) {
  --live_;
  content_bytes_ -= field.name.size() + field.json.size();
  held_bytes_ -= field.json.size();
  field.json.clear();
  field.json.shrink_to_fit();
  field.version = version_ = offset;
}

void RecordState::forget_tombstones() {
  const auto kept = std::max(tombstones_min_, live_);
  while (fields_.size() - live_ > kept) {
    const auto oldest = std::ranges::min_element(fields_, {}, [](const auto& field) {
      return field.json.empty() ? field.version : ~Offset{0};
    });
    floor_ = std::max(floor_, oldest->version);
    held_bytes_ -= sizeof(VersionedField) + oldest->name.size();
    fields_.erase(oldest);
  }
}

}  // namespace weir::gateway::topics
