#include "gateway/config/toml_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::gateway::config {

TEST_CASE("every kind of value is read with its place") {
  const auto root = read_toml(
      "b = true\ni = -7\nn = 1.5\nt = \"x\"\n  a = [1, \"y\"]\nd = 2026-11-24\n[s]\nk = 1\n");
  REQUIRE(root.has_value());
  const auto* boolean = root->find("b");
  REQUIRE(boolean != nullptr);
  CHECK(std::get<bool>(boolean->value));
  CHECK(boolean->place == Place{1, 5, ""});
  CHECK(std::get<std::int64_t>(root->find("i")->value) == -7);
  CHECK(std::get<double>(root->find("n")->value) == 1.5);
  CHECK(std::get<std::string>(root->find("t")->value) == "x");
  REQUIRE(root->find("a")->array() != nullptr);
  CHECK(root->find("a")->array()->at(1).place == Place{5, 11, ""});
  CHECK(std::holds_alternative<Node::Date>(root->find("d")->value));
  CHECK(root->find("s")->find("k")->place == Place{8, 5, ""});
  CHECK(root->find("s")->table()->at(0).place == Place{8, 1, ""});
}

TEST_CASE("members come in the order of the file") {
  const auto root = read_toml("z = 1\n[m]\n[[a]]\n[b]\n");
  REQUIRE(root.has_value());
  std::string keys;
  for (const auto& member : *root->table()) keys += member.key;
  CHECK(keys == "zmab");
}

TEST_CASE("text that is not TOML is refused with the place of its first fault") {
  struct Row {
    std::string_view name;
    std::string text;
    Place place;
  };
  const std::vector<Row> rows{
      {"no value", "a = 1\nb =\n", {2, 4, ""}},
      {"open string", "a = \"x\nb = 1\n", {1, 7, ""}},
      {"key twice", "a = 1\na = 2\n", {2, 5, ""}},
      {"not UTF-8", "a = \"\xFF\"\n", {1, 5, ""}},
      {"not a table", "[a\n", {1, 3, ""}},
      {"nothing but an opening", std::string(100'000, '['), {1, 3, ""}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto root = read_toml(row.text);
    REQUIRE_FALSE(root.has_value());
    CAPTURE(root.error().what);
    CHECK(root.error().place.line == row.place.line);
    CHECK(root.error().place.column == row.place.column);
    CHECK_FALSE(root.error().what.empty());
    CHECK(root.error().expected == "expected TOML 1.0");
  }
}

TEST_CASE("values nested without end are refused and not followed") {
  CHECK_FALSE(read_toml("a = " + std::string(100'000, '[')).has_value());
}

}  // namespace weir::gateway::config
