#include "gateway/topics/kind_rules.hpp"

#include "protocol/core/json_cursor.hpp"
#include "protocol/core/limits.hpp"

#include <fmt/format.h>
#include <unordered_set>
#include <utility>

namespace weir::gateway::topics {

using protocol::ErrorCode;
using protocol::fail;
using protocol::Field;
using protocol::Kind;
using protocol::Operation;
using protocol::Publication;
using protocol::Result;
using Publications = std::vector<Publication>;

namespace {

/// The members of an object, each with the text of its value.
Result<std::vector<Field>> members_of(std::string_view json, std::string_view what) {
  const protocol::JsonValue value = protocol::json_value(json);
  if (value.type != protocol::JsonType::object) {
    return fail(ErrorCode::wrong_kind, fmt::format("{} must be an object", what));
  }
  std::vector<Field> fields;
  protocol::JsonCursor cursor(value);
  while (auto member = cursor.next_member()) {
    fields.push_back({std::move(member->name), std::string(member->value.text)});
  }
  return fields;
}

Result<void> check_field_count(const RecordState* state, std::span<const Field> fields) {
  const auto count = state != nullptr ? state->size_after(fields) : fields.size();
  if (count <= protocol::record_fields_max) return {};
  return fail(
      ErrorCode::too_big,
      fmt::format(
          "{} fields are more than a record may have: {}", count, protocol::record_fields_max));
}

Result<Publications> to_record_entries(Publication&& publication, const RecordState* state) {
  if (!publication.key.empty()) {
    return fail(ErrorCode::wrong_kind, "topic is a record: \"key\" is for the rows of a table");
  }
  if (publication.operation == Operation::replace) {
    auto fields = members_of(publication.payload.bytes, "topic is a record: \"data\"");
    if (!fields) return fail(fields.error());
    publication.fields = std::move(*fields);
    publication.payload = {};
    state = nullptr;
  }
  if (auto valid = check_field_count(state, publication.fields); !valid) return fail(valid.error());
  Publications entries;
  entries.push_back(std::move(publication));
  return entries;
}

/// Rows that are there and not in `rows`, then all of `rows`.
Result<Publications> to_row_entries(const Publication& whole, const TableState* state) {
  auto rows = members_of(whole.payload.bytes, "topic is a table: \"data\"");
  if (!rows) return fail(rows.error());
  if (rows->size() > protocol::table_rows_max) {
    return fail(ErrorCode::too_big,
                fmt::format("a table may have {} rows", protocol::table_rows_max));
  }
  Publications entries;
  std::unordered_set<std::string_view> staying;
  for (const auto& row : *rows) staying.insert(row.name);
  const auto add = [&](std::string_view key, Operation operation, std::vector<Field> fields) {
    auto& entry = entries.emplace_back();
    entry.topic = whole.topic;
    entry.operation = operation;
    entry.key = key;
    entry.fields = std::move(fields);
  };
  if (state != nullptr) {
    state->visit_after(0, [&](const TableRow& row, bool is_live) {
      if (is_live && !staying.contains(row.key)) add(row.key, Operation::remove, {});
      return true;
    });
  }
  for (const auto& row : *rows) {
    auto fields = members_of(row.json, fmt::format("row {} of \"data\"", row.name));
    if (!fields) return fail(fields.error());
    if (auto valid = check_field_count(nullptr, *fields); !valid) return fail(valid.error());
    add(row.name, Operation::replace, std::move(*fields));
  }
  if (!entries.empty()) entries.back().mid = whole.mid;
  return entries;
}

Result<Publications> to_table_entries(Publication&& publication, const TableState* state) {
  if (publication.operation == Operation::replace) {
    if (!publication.key.empty()) {
      return fail(ErrorCode::wrong_kind, R"(a row is published with "fields", not "data")");
    }
    if (publication.source_position) {
      return fail(ErrorCode::unsupported,
                  "the whole of a table cannot have one offset: publish its rows");
    }
    return to_row_entries(publication, state);
  }
  if (publication.operation == Operation::update) {
    if (publication.key.empty()) {
      return fail(ErrorCode::wrong_kind, R"(topic is a table: "fields" need the "key" of a row)");
    }
    const auto* row = state != nullptr ? state->find(publication.key) : nullptr;
    if (auto valid = check_field_count(row != nullptr ? &row->fields : nullptr, publication.fields);
        !valid) {
      return fail(valid.error());
    }
    if (row == nullptr && state != nullptr && state->size() >= protocol::table_rows_max) {
      return fail(ErrorCode::too_big,
                  fmt::format("a table may have {} rows", protocol::table_rows_max));
    }
  }
  Publications entries;
  entries.push_back(std::move(publication));
  return entries;
}

}  // namespace

Kind kind_of(const Publication& publication) {
  if (publication.kind) return *publication.kind;
  if (!publication.key.empty()) return Kind::table;
  return publication.operation == Operation::update ? Kind::record : Kind::value;
}

Result<void> check_fits(const Publication& publication, Kind kind) {
  const bool is_whole = publication.key.empty() && publication.operation != Operation::update;
  if (is_whole && (publication.operation == Operation::replace || kind == Kind::value)) return {};
  return fail(ErrorCode::wrong_kind,
              fmt::format("topic is a {}: publish to it with \"data\"{}",
                          protocol::name(kind),
                          kind == Kind::value ? " or \"delete\"" : ""));
}

Result<Publications> to_entries(Publication&& publication, Kind kind, const TopicLog* log) {
  if (publication.operation == Operation::replace &&
      publication.payload.format != protocol::PayloadFormat::json) {
    return fail(ErrorCode::wrong_kind,
                fmt::format("topic is a {}: bytes have no fields", protocol::name(kind)));
  }
  return kind == Kind::record
             ? to_record_entries(std::move(publication), log == nullptr ? nullptr : log->record())
             : to_table_entries(std::move(publication), log == nullptr ? nullptr : log->table());
}

}  // namespace weir::gateway::topics
