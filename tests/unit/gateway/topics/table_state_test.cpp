#include "gateway/topics/table_state.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Field;
using protocol::Offset;
using Row = std::map<std::string, std::string>;
using Table = std::map<std::string, Row>;

Row live_fields(const TableRow& row) {
  Row fields;
  row.fields.visit_live(
      [&](std::string_view name, std::string_view json) { fields.emplace(name, json); });
  return fields;
}

Table live(const TableState& state) {
  Table table;
  state.visit_after(0, [&](const TableRow& row, bool is_live) {
    if (is_live) table[row.key] = live_fields(row);
    return true;
  });
  return table;
}

TEST_CASE("a row exists from its first update until its removal, also without fields") {
  TableState state;
  state.update("a", {}, 1);
  CHECK(live(state) == Table{{"a", {}}});
  state.update("a", std::vector<Field>{{"x", "1"}}, 2);
  state.update("a", std::vector<Field>{{"x", "null"}}, 3);
  CHECK(live(state) == Table{{"a", {}}});
  state.remove("a", 4);
  CHECK(live(state).empty());
  CHECK(state.find("a") == nullptr);
  CHECK(state.version() == 4);
}

TEST_CASE("what does not change a row does not move it") {
  TableState state;
  state.update("a", std::vector<Field>{{"x", "1"}}, 1);
  state.update("a", std::vector<Field>{{"x", "1"}}, 2);
  state.remove("b", 3);
  CHECK(state.version() == 1);
}

TEST_CASE("a row that was removed and came back is another row") {
  TableState state;
  state.update("a", std::vector<Field>{{"x", "1"}, {"y", "1"}}, 1);
  state.remove("a", 2);
  CHECK(state.tombstones() == 1);
  state.update("a", std::vector<Field>{{"y", "2"}}, 3);
  CHECK(live(state) == Table{{"a", {{"y", "2"}}}});
  CHECK(state.find("a")->born_at == 3);
  CHECK(state.find("a")->predecessor_gone_at == 2);
  CHECK(state.tombstones() == 0);
}

TEST_CASE("clearing forgets the tombstones: whoever is behind needs the whole") {
  TableState state;
  state.update("a", std::vector<Field>{{"x", "1"}}, 1);
  state.remove("a", 2);
  state.clear(3);
  CHECK(state.size() == 0);
  CHECK(state.tombstones() == 0);
  CHECK(state.floor() == 3);
  CHECK(state.content_bytes() == 0);
  CHECK(state.held_bytes() == 0);
}

TEST_CASE("1024 tombstones are kept, and the one past them raises the floor") {
  TableState state;
  Offset offset = 0;
  for (int i = 0; i < 1025; ++i) state.update(std::to_string(i), {}, ++offset);
  for (int i = 0; i < 1024; ++i) state.remove(std::to_string(i), ++offset);
  CHECK(state.tombstones() == 1024);
  CHECK(state.floor() == 0);
  state.remove("1024", ++offset);
  CHECK(state.tombstones() == 1024);
  CHECK(state.floor() == 1026);
}

TEST_CASE("a copy has its own rows") {
  TableState state;
  state.update("a", std::vector<Field>{{"x", "1"}}, 1);
  TableState copy = state;
  state.update("a", std::vector<Field>{{"x", "2"}}, 2);
  copy.update("b", {}, 2);
  CHECK(live(copy) == Table{{"a", {{"x", "1"}}}, {"b", {}}});
  CHECK(live(state) == Table{{"a", {{"x", "2"}}}});
  CHECK(copy.held_bytes() > state.held_bytes());
}

TEST_CASE("rows and tombstones are visited in the order of their changes") {
  TableState state;
  for (Offset offset = 1; offset <= 4; ++offset) state.update(std::to_string(offset), {}, offset);
  state.remove("2", 5);
  state.update("1", std::vector<Field>{{"x", "1"}}, 6);
  std::string visited;
  state.visit_after(3, [&](const TableRow& row, bool is_live) {
    visited += row.key + (is_live ? "+" : "-");
    return row.key != "1";
  });
  CHECK(visited == "4+2-1+");
}

}  // namespace
}  // namespace weir::gateway::topics
