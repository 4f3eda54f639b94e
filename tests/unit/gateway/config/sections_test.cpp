#include "gateway/config/sections.hpp"

#include "gateway/config/section_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

namespace weir::gateway::config {

TEST_CASE("no key is described twice, and each belongs to a section") {
  std::set<std::string> names;
  const auto sections = all_sections();
  for (const auto& info : all_keys()) {
    const auto name = full_key(info.section.name, info.name);
    CAPTURE(name);
    CHECK(names.insert(name).second);
    const auto section = std::ranges::find(sections, info.section.name, &SectionInfo::name);
    REQUIRE(section != sections.end());
    CHECK(section->repeat == info.section.repeat);
    CHECK_FALSE(info.expected.empty());
  }
}

TEST_CASE("each limit's key changes that limit and no other") {
  const auto keys = limits_keys();
  for (const auto& each : keys) {
    if (each.shape == Shape::table) continue;
    CAPTURE(each.name);
    protocol::Limits limits;
    for (const Node& value :
         {Node{false, {}}, Node{std::int64_t{32'000}, {}}, Node{std::string("2MiB"), {}}}) {
      Faults faults;
      each.read(value, limits, faults);
    }
    for (const auto& other : keys) {
      CAPTURE(other.name);
      CHECK((other.show(limits) != other.show({})) == (other.name == each.name));
    }
  }
}

TEST_CASE("a key that is refused says why, whatever its value") {
  protocol::Limits limits;
  Mistakes mistakes;
  const Node table{Node::Table{{"topic_bytes", {1, 1, ""}, {std::int64_t{9}, {1, 7, ""}}}}, {}};
  read_section("limits", table, limits_keys(), limits, mistakes);
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].key == "limits.topic_bytes");
  CHECK(mistakes[0].what == "is part of the protocol and always 255");
}

}  // namespace weir::gateway::config
