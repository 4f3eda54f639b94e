#include "gateway/topics/kind_rules.hpp"

#include "protocol/core/limits.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::ErrorCode;
using protocol::Field;
using protocol::Kind;
using protocol::Operation;
using protocol::Publication;
using Fields = std::vector<Field>;

Publication make(Operation operation, std::string key, std::string json, Fields fields) {
  Publication publication;
  publication.topic = "t";
  publication.operation = operation;
  publication.key = std::move(key);
  publication.payload.bytes = std::move(json);
  publication.fields = std::move(fields);
  return publication;
}

Publication data(std::string json) {
  return make(Operation::replace, "", std::move(json), {});
}

Publication row(std::string key, Fields fields) {
  return make(Operation::update, std::move(key), "", std::move(fields));
}

/// A log of `kind` with these publications in it.
TopicLog log_of(Kind kind, std::vector<Publication> publications) {
  TopicLog log(kind, "e", {});
  for (auto& publication : publications) {
    const auto head = log.head();
    auto entry = std::make_shared<protocol::Entry>();
    entry->offset = head.offset + 1;
    entry->prev = head.offset;
    entry->index = entry->offset;
    entry->operation = publication.operation;
    entry->key = publication.key;
    entry->fields = publication.fields;
    log.append(std::move(entry));
  }
  return log;
}

Fields many_fields(std::size_t count) {
  Fields fields;
  for (std::size_t i = 0; i < count; ++i) fields.push_back({"f" + std::to_string(i), "1"});
  return fields;
}

TEST_CASE("the first publication decides what a topic holds") {
  CHECK(kind_of(data("1")) == Kind::value);
  CHECK(kind_of(make(Operation::update, "", "", {{"a", "1"}})) == Kind::record);
  CHECK(kind_of(row("r", {})) == Kind::table);
  CHECK(kind_of(make(Operation::remove, "r", "", {})) == Kind::table);
  auto said = data("1");
  said.kind = Kind::stream;
  CHECK(kind_of(said) == Kind::stream);
}

TEST_CASE("values and streams take data, and only a value can be deleted") {
  CHECK(check_fits(data("1"), Kind::value));
  CHECK(check_fits(data("1"), Kind::stream));
  CHECK(check_fits(make(Operation::remove, "", "", {}), Kind::value));
  CHECK_FALSE(check_fits(make(Operation::remove, "", "", {}), Kind::stream));
  CHECK_FALSE(check_fits(row("r", {}), Kind::value));
  CHECK_FALSE(check_fits(make(Operation::update, "", "", {}), Kind::stream));
}

TEST_CASE("the whole of a record becomes its fields, verbatim") {
  const auto entries =
      to_entries(data(R"( {"bid":1.10,"x":{"y":[1, 2]}} )"), Kind::record, nullptr);
  REQUIRE(entries);
  REQUIRE(entries->size() == 1);
  const auto& entry = entries->front();
  CHECK(entry.operation == Operation::replace);
  CHECK(entry.payload.bytes.empty());
  CHECK(entry.fields == Fields{{"bid", "1.10"}, {"x", R"({"y":[1, 2]})"}});
}

TEST_CASE("the whole of a table becomes the rows that it removes and the rows that it has") {
  const auto log = log_of(Kind::table, {row("old", {{"a", "1"}}), row("same", {{"a", "1"}})});
  auto whole = data(R"({"same":{"a":1},"new":{"b":2}})");
  whole.mid = "m";
  const auto entries = to_entries(std::move(whole), Kind::table, &log);
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK((*entries)[0].key == "old");
  CHECK((*entries)[0].operation == Operation::remove);
  CHECK((*entries)[1].key == "same");
  CHECK((*entries)[1].operation == Operation::replace);
  CHECK((*entries)[2].key == "new");
  CHECK((*entries)[2].fields == Fields{{"b", "2"}});
  CHECK((*entries)[2].mid == "m");
  CHECK((*entries)[1].mid.empty());
}

TEST_CASE("what does not fit a record or table is refused by name") {
  auto opaque = data("x");
  opaque.payload.format = protocol::PayloadFormat::bytes;
  auto numbered = data("{}");
  numbered.source_position = protocol::Position{"e", 1};
  struct Row {
    const char* name;
    Publication publication;
    Kind kind;
    ErrorCode code;
  };
  const std::vector<Row> rows{
      {"a number", data("1"), Kind::record, ErrorCode::wrong_kind},
      {"bytes", opaque, Kind::record, ErrorCode::wrong_kind},
      {"a row", row("r", {}), Kind::record, ErrorCode::wrong_kind},
      {"an array", data("[]"), Kind::table, ErrorCode::wrong_kind},
      {"a row that is a number", data(R"({"r":1})"), Kind::table, ErrorCode::wrong_kind},
      {"fields without a row",
       make(Operation::update, "", "", {}),
       Kind::table,
       ErrorCode::wrong_kind},
      {"a row as data",
       make(Operation::replace, "r", "{}", {}),
       Kind::table,
       ErrorCode::wrong_kind},
      {"a whole with one offset", numbered, Kind::table, ErrorCode::unsupported},
      {"257 fields",
       make(Operation::update, "", "", many_fields(protocol::record_fields_max + 1)),
       Kind::record,
       ErrorCode::too_big},
      {"257 fields of a row",
       row("r", many_fields(protocol::record_fields_max + 1)),
       Kind::table,
       ErrorCode::too_big},
  };
  for (const auto& one : rows) {
    CAPTURE(one.name);
    auto publication = one.publication;
    const auto entries = to_entries(std::move(publication), one.kind, nullptr);
    REQUIRE_FALSE(entries);
    CHECK(entries.error().code == one.code);
  }
}

TEST_CASE("a record may have 256 fields, those that it has already counted once") {
  const auto full = many_fields(protocol::record_fields_max);
  CHECK(to_entries(make(Operation::update, "", "", full), Kind::record, nullptr));
  const auto log = log_of(Kind::record, {make(Operation::update, "", "", full)});
  CHECK(to_entries(make(Operation::update, "", "", full), Kind::record, &log));
  CHECK_FALSE(to_entries(make(Operation::update, "", "", {{"one more", "1"}}), Kind::record, &log));
  CHECK(to_entries(
      make(Operation::update, "", "", {{"f0", "null"}, {"new", "1"}}), Kind::record, &log));
}

TEST_CASE("a table may have 100,000 rows") {
  TopicLog log(Kind::table, "e", {});
  for (std::size_t i = 1; i <= protocol::table_rows_max; ++i) {
    auto entry = std::make_shared<protocol::Entry>();
    entry->offset = entry->index = i;
    entry->prev = i - 1;
    entry->operation = Operation::update;
    entry->key = std::to_string(i);
    log.append(std::move(entry));
  }
  CHECK(to_entries(row("1", {{"a", "1"}}), Kind::table, &log));
  CHECK(to_entries(make(Operation::remove, "1", "", {}), Kind::table, &log));
  CHECK_FALSE(to_entries(row("new", {}), Kind::table, &log));
}

}  // namespace
}  // namespace weir::gateway::topics
