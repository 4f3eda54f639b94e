#include "gateway/config/node.hpp"

#include <doctest/doctest.h>

namespace weir::gateway::config {

TEST_CASE("a value is described as what it is") {
  CHECK(describe({true, {}}) == "is true");
  CHECK(describe({std::int64_t{-3}, {}}) == "is -3");
  CHECK(describe({1.5, {}}) == "is 1.5");
  CHECK(describe({std::string("a"), {}}) == "is the text \"a\"");
  CHECK(describe({Node::Array{}, {}}) == "is a list");
  CHECK(describe({Node::Table{}, {}}) == "is a table");
  CHECK(describe({Node::Date{}, {}}) == "is a date or time");
}

TEST_CASE("text of the file is shown short and on one line") {
  CHECK(quoted("a\nb\x1B[31m") == "\"a?b?[31m\"");
  CHECK(quoted(std::string(64, 'a')) == "\"" + std::string(64, 'a') + "\"");
  CHECK(quoted(std::string(65, 'a')) == "\"" + std::string(64, 'a') + "...\"");
}

TEST_CASE("a member of a table can be found and replaced") {
  Node table{Node::Table{}, {}};
  CHECK(table.find("a") == nullptr);
  set(table, "a", {std::int64_t{1}, {1, 2, ""}});
  set(table, "a", {std::int64_t{2}, {0, 0, "WEIR_A"}});
  REQUIRE(table.table()->size() == 1);
  CHECK(std::get<std::int64_t>(table.find("a")->value) == 2);
  CHECK(table.find("a")->place.variable == "WEIR_A");
  CHECK(table.find("a")->find("b") == nullptr);
}

}  // namespace weir::gateway::config
