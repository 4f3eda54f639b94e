#include "gateway/session/entry_changes.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::session {
namespace {

using protocol::Kind;
using protocol::Operation;

protocol::Entry entry_of(Operation operation, std::string key = {}) {
  protocol::Entry entry;
  entry.offset = 8;
  entry.prev = 7;
  entry.operation = operation;
  entry.key = std::move(key);
  entry.fields = {{"bid", "1"}, {"old", "null"}};
  return entry;
}

}  // namespace

TEST_CASE("an update of a record is what it changes, on the entry before") {
  const auto entry = entry_of(Operation::update);
  const auto changes = changes_of(entry, Kind::record);
  REQUIRE(changes);
  CHECK(changes->base == 7);
  REQUIRE(changes->fields.size() == 2);
  CHECK(changes->fields[0].json == "1");
  CHECK(changes->fields[1].json.empty());  // removed
}

TEST_CASE("a whole record has no base, and no fields that are not there") {
  const auto entry = entry_of(Operation::replace);
  const auto changes = changes_of(entry, Kind::record);
  REQUIRE(changes);
  CHECK_FALSE(changes->base);
  CHECK(changes->fields.size() == 1);
}

TEST_CASE("rows are changed, replaced or removed") {
  const auto update = entry_of(Operation::update, "row1");
  CHECK(changes_of(update, Kind::table)->removed_rows.empty());
  CHECK(changes_of(update, Kind::table)->rows.size() == 1);
  const auto replace = entry_of(Operation::replace, "row1");
  CHECK(changes_of(replace, Kind::table)->removed_rows.size() == 1);
  CHECK(changes_of(replace, Kind::table)->rows.size() == 1);
  const auto remove = entry_of(Operation::remove, "row1");
  CHECK(changes_of(remove, Kind::table)->removed_rows.size() == 1);
  CHECK(changes_of(remove, Kind::table)->rows.empty());
}

TEST_CASE("what removes everything is no change") {
  const auto record = entry_of(Operation::remove);
  CHECK_FALSE(changes_of(record, Kind::record));
  CHECK_FALSE(changes_of(record, Kind::table));
}

}  // namespace weir::gateway::session
