#include "tests/sim/fold.hpp"

#include "protocol/core/json_cursor.hpp"

#include <algorithm>
#include <functional>

namespace weir::tests::sim {

using protocol::Entry;
using protocol::Field;
using protocol::Kind;
using protocol::Offset;
using protocol::Operation;

namespace {

std::uint64_t mix(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 29U);
}

std::vector<Field> members_of(std::string_view json) {
  std::vector<Field> members;
  protocol::JsonCursor cursor(protocol::json_value(json));
  while (const auto member = cursor.next_member()) {
    members.push_back({member->name, std::string(member->value.text)});
  }
  return members;
}

}  // namespace

void Fold::apply(const Entry& entry) {
  switch (entry.operation) {
    case Operation::gap:
      return;
    case Operation::remove:
      return entry.key.empty() ? clear() : erase(entry.key);
    case Operation::replace:
      erase(entry.key);
      return set_all(entry.key, entry.fields);
    case Operation::update:
      return set_all(entry.key, entry.fields);
  }
}

void Fold::apply(const protocol::native::ReceivedChanges& changes) {
  if (kind_ == Kind::record) return set_all({}, changes.fields);
  for (const auto& key : changes.removed_rows) erase(key);
  for (const auto& row : changes.rows) set_all(row.key, row.fields);
}

void Fold::replace(std::string_view json) {
  clear();
  if (kind_ == Kind::record) return set_all({}, members_of(json));
  for (const auto& row : members_of(json)) set_all(row.name, members_of(row.json));
}

void Fold::clear() {
  rows_.clear();
  digests_.clear();
  row_digest_ = total_ = 0;
}

std::uint64_t Fold::digest(std::span<const std::string> fields) const {
  if (fields.empty()) return total_;
  auto digest = row_digest_;
  for (const auto& name : fields) {
    if (const auto found = digests_.find(name); found != digests_.end()) digest += found->second;
  }
  return digest;
}

std::string Fold::difference(const Fold& truth) const {
  for (const auto& [key, row] : truth.rows_) {
    const auto own = rows_.find(key);
    if (own == rows_.end()) return "row " + key + " is missing";
    for (const auto& [name, json] : row) {
      const auto field = own->second.find(name);
      if (field == own->second.end()) return key + "." + name + " is missing";
      if (field->second != json) return key + "." + name + " is " + field->second;
    }
    for (const auto& [name, json] : own->second) {
      if (!row.contains(name)) return key + "." + name + " is gone, and the client has " + json;
    }
  }
  for (const auto& [key, row] : rows_) {
    if (!truth.rows_.contains(key)) return "row " + key + " is gone, and the client has it";
  }
  return "nothing";
}

Fold::Row& Fold::row(const std::string& key) {
  const auto [place, is_new] = rows_.try_emplace(key);
  if (is_new && kind_ == Kind::table) {
    const auto hash = mix(std::hash<std::string>{}(key) + 1);
    row_digest_ += hash;
    total_ += hash;
  }
  return place->second;
}

void Fold::set(const std::string& key, Row& row, const Field& field) {
  const auto known = row.find(field.name);
  if (known != row.end()) {
    if (known->second == field.json) return;
    count(key, field.name, known->second, false);
    if (field.json == "null") return void(row.erase(known));
    known->second = field.json;
  } else {
    if (field.json == "null") return;
    row.emplace(field.name, field.json);
  }
  count(key, field.name, field.json, true);
}

void Fold::set_all(const std::string& key, std::span<const Field> fields) {
  auto& place = row(key);
  for (const auto& field : fields) set(key, place, field);
}

void Fold::erase(const std::string& key) {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return;
  for (const auto& [name, json] : found->second) count(key, name, json, false);
  if (kind_ == Kind::table) {
    const auto hash = mix(std::hash<std::string>{}(key) + 1);
    row_digest_ -= hash;
    total_ -= hash;
  }
  rows_.erase(found);
}

void Fold::count(std::string_view key,
                 std::string_view name,
                 std::string_view json,
                 bool is_added) {
  const std::hash<std::string_view> hash;
  const auto part = mix(mix(mix(hash(key)) + hash(name)) + hash(json));
  auto place = digests_.find(name);
  if (place == digests_.end()) place = digests_.emplace(name, 0).first;
  place->second += is_added ? part : 0 - part;
  total_ += is_added ? part : 0 - part;
}

void FoldHistory::append(const Entry& entry) {
  newest_.apply(entry);
  note(total_, entry.offset, newest_.digest({}));
  note(rows_, entry.offset, newest_.row_digest());
  const auto& digests = newest_.digests();
  for (auto& [name, series] : fields_) {
    if (!digests.contains(name)) note(series, entry.offset, 0);
  }
  for (const auto& [name, digest] : digests) note(fields_[name], entry.offset, digest);
}

std::uint64_t FoldHistory::digest_at(Offset offset, std::span<const std::string> fields) const {
  if (fields.empty()) return value_at(total_, offset);
  auto digest = value_at(rows_, offset);
  for (const auto& name : fields) {
    const auto found = fields_.find(name);
    if (found != fields_.end()) digest += value_at(found->second, offset);
  }
  return digest;
}

std::uint64_t FoldHistory::value_at(const Series& series, Offset offset) {
  const auto after =
      std::ranges::upper_bound(series, offset, {}, [](const auto& one) { return one.first; });
  return after == series.begin() ? 0 : std::prev(after)->second;
}

void FoldHistory::note(Series& series, Offset offset, std::uint64_t digest) {
  if ((series.empty() ? 0 : series.back().second) != digest) series.emplace_back(offset, digest);
}

}  // namespace weir::tests::sim
