#include "clients/cpp/folded_state.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/native/json_text.hpp"

#include <utility>

namespace weir::clients::cpp {

using protocol::Field;
using protocol::JsonCursor;
using protocol::JsonType;
using protocol::Kind;
namespace native = protocol::native;

namespace {

/// Of names with the JSON of their values.
template <class Members>
std::string to_json(const Members& members) {
  std::string json;
  char before = '{';
  for (const auto& [name, value] : members) {
    json.push_back(std::exchange(before, ','));
    native::append_string(name, json);
    json.push_back(':');
    json.append(value);
  }
  json.append(members.empty() ? "{}" : "}");
  return json;
}

std::vector<Field> fields_of(const protocol::JsonValue& value) {
  std::vector<Field> fields;
  if (value.type != JsonType::object) return fields;
  JsonCursor cursor(value);
  while (auto member = cursor.next_member()) {
    fields.push_back({std::move(member->name), std::string(member->value.text)});
  }
  return fields;
}

}  // namespace

bool FoldedState::apply(const native::ReceivedDelivery& delivery, Delivered& out) {
  if (delivery.changes) {
    if (delivery.changes->base != offset_) return false;
    change(*delivery.changes, out);
  } else {
    if (kind_ == Kind::table) {
      for (const auto& [key, row] : table_) out.removed_rows.push_back(key);
    }
    record_.clear();
    table_.clear();
    if (delivery.data) replace(*delivery.data, out);
  }
  offset_ = delivery.offset;
  if (kind_ == Kind::record && (delivery.data || delivery.changes)) {
    out.data = protocol::Payload{protocol::PayloadFormat::json, to_json(record_)};
  }
  return true;
}

void FoldedState::replace(const protocol::Payload& data, Delivered& out) {
  // A record whose only field is "b64" looks like bytes to a reader that does not know the kind.
  std::string text;
  native::append_payload(data, text);
  const auto whole = protocol::json_value(text);
  if (kind_ == Kind::record) return merge(fields_of(whole), record_);
  for (const auto& row : fields_of(whole)) {
    auto& fields = table_[row.name];
    merge(fields_of(protocol::json_value(row.json)), fields);
    out.rows.push_back({row.name, to_json(fields), {}});
  }
  // What is there again was not removed.
  std::erase_if(out.removed_rows, [&](const std::string& key) { return table_.contains(key); });
}

void FoldedState::change(const native::ReceivedChanges& changes, Delivered& out) {
  merge(changes.fields, record_);
  if (kind_ == Kind::record) out.changed_fields = to_json(changes.fields);
  for (const auto& key : changes.removed_rows) table_.erase(key);
  for (const auto& row : changes.rows) {
    const auto [at, is_new] = table_.try_emplace(row.key);
    merge(row.fields, at->second);
    out.rows.push_back({row.key, to_json(at->second), {}});
    if (!is_new) out.rows.back().changed_fields = to_json(row.fields);
  }
  for (const auto& key : changes.removed_rows) {
    if (!table_.contains(key)) out.removed_rows.push_back(key);
  }
}

void FoldedState::merge(const std::vector<Field>& changes, Fields& fields) {
  for (const auto& field : changes) {
    if (field.json == "null") {
      fields.erase(field.name);
    } else {
      fields[field.name] = field.json;
    }
  }
}

}  // namespace weir::clients::cpp
