#include "gateway/config/adapter_json.hpp"

#include "gateway/config/toml_reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::config {
namespace {

std::string convert(std::string_view toml, Faults& faults) {
  const auto root = read_toml(toml);
  REQUIRE(root.has_value());
  std::vector<const Member*> members;
  for (const auto& member : *root->table()) members.push_back(&member);
  return to_json(members, faults);
}

}  // namespace

TEST_CASE("a table becomes a JSON object in the order of the file") {
  Faults faults;
  CHECK(convert(
            "z = 1\na = \"\\u00e9\\\"\\n\"\nn = 1.5\nb = true\nl = [1, [2], {}]\n[t]\nk = \"v\"\n",
            faults) ==
        "{\"z\":1,\"a\":\"\u00e9\\\"\\n\",\"n\":1.5,\"b\":true,\"l\":[1,[2],{}],\"t\":{\"k\":\"v\"}"
        "}");
  CHECK(faults.empty());
  CHECK(convert("", faults) == "{}");
}

TEST_CASE("every value that JSON cannot hold is told") {
  Faults faults;
  convert("a = inf\nb = [1, nan]\nc = 12:00:00\n", faults);
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].place == Place{1, 5, ""});
  CHECK(faults[0].what == "is not a finite number");
  CHECK(faults[1].place == Place{2, 9, ""});
  CHECK(faults[2].what == "is a date or time");
}

TEST_CASE("a plug-in's own table may hold anything, and must be a table") {
  Faults faults;
  CHECK(any_table().read({Node::Table{}, {}}, faults) == "{}");
  CHECK(faults.empty());
  CHECK_FALSE(any_table().read({std::string("{}"), {1, 2, ""}}, faults).has_value());
  CHECK(faults.size() == 1);
}

}  // namespace weir::gateway::config
