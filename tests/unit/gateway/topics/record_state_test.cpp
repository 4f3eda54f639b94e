#include "gateway/topics/record_state.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Field;
using protocol::Offset;

using Fields = std::map<std::string, std::string>;

Fields live(const RecordState& state) {
  Fields fields;
  state.visit_live(
      [&](std::string_view name, std::string_view json) { fields.emplace(name, json); });
  return fields;
}

/// What a client that holds the state of `base` makes of the changes since.
void apply_changes(const RecordState& state, Offset base, Fields& client) {
  state.visit_after(base, [&](std::string_view name, std::string_view json) {
    if (json.empty()) {
      client.erase(std::string(name));
    } else {
      client[std::string(name)] = json;
    }
  });
}

TEST_CASE("an update sets, changes and removes fields, and null of an unknown field is nothing") {
  RecordState state{8};
  state.update(std::vector<Field>{{"bid", "1"}, {"ask", "2"}}, 1);
  state.update(std::vector<Field>{{"bid", "null"}, {"last", "3"}, {"old", "null"}}, 2);
  CHECK(live(state) == Fields{{"ask", "2"}, {"last", "3"}});
  CHECK(state.size() == 2);
  CHECK(state.version() == 2);
  CHECK(state.content_bytes() == std::string("ask2last3").size());
}

TEST_CASE("a field that is set to the text that it has keeps its version") {
  RecordState state{8};
  state.update(std::vector<Field>{{"bid", "1.10"}}, 1);
  state.update(std::vector<Field>{{"bid", "1.10"}}, 2);
  CHECK(state.version() == 1);
  state.update(std::vector<Field>{{"bid", "1.1"}}, 3);
  CHECK(state.version() == 3);
}

TEST_CASE("replacing leaves what is new, and changes only what differs") {
  RecordState state{8};
  state.update(std::vector<Field>{{"bid", "1"}, {"ask", "2"}}, 1);
  state.replace(std::vector<Field>{{"ask", "2"}, {"last", "3"}, {"none", "null"}}, 2);
  CHECK(live(state) == Fields{{"ask", "2"}, {"last", "3"}});
  Fields changed;
  state.visit_after(
      1, [&](std::string_view name, std::string_view json) { changed.emplace(name, json); });
  CHECK(changed == Fields{{"bid", ""}, {"last", "3"}});
}

TEST_CASE("tombstones beyond the number kept raise the floor to the newest one forgotten") {
  RecordState state{2};
  state.update(std::vector<Field>{{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}}, 1);
  for (Offset offset = 2; offset <= 5; ++offset) {
    state.update(std::vector<Field>{{std::string(1, static_cast<char>('a' + offset - 2)), "null"}},
                 offset);
  }
  // a and b went when two more had been removed and none lived that would have kept them
  CHECK(state.size() == 0);
  CHECK(state.floor() == 3);
  CHECK(state.content_bytes() == 0);
}

TEST_CASE("how many fields an update would leave counts removals and what is there") {
  RecordState state{8};
  state.update(std::vector<Field>{{"a", "1"}, {"b", "1"}}, 1);
  CHECK(state.size_after(
            std::vector<Field>{{"a", "2"}, {"b", "null"}, {"c", "1"}, {"d", "null"}}) == 2);
}

TEST_CASE("a client at or above the floor that applies the changes has the state") {
  const auto seed = tests::seed_or(20261126);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    RecordState state{4};
    Fields oracle;
    std::vector<Fields> history{{}};  // by offset
    for (Offset offset = 1; offset <= 200; ++offset) {
      std::vector<Field> fields;
      for (std::uint64_t i = random.below(4); i > 0; --i) {
        const auto name = std::string(1, static_cast<char>('a' + random.below(16)));
        if (std::ranges::any_of(fields, [&](const Field& field) { return field.name == name; }))
          continue;
        fields.push_back({name, random.once_in(3) ? "null" : std::to_string(random.below(5))});
      }
      const bool is_whole = random.once_in(20);
      if (is_whole) oracle.clear();
      for (const auto& field : fields) {
        if (field.json == "null") {
          oracle.erase(field.name);
        } else {
          oracle[field.name] = field.json;
        }
      }
      if (is_whole) {
        state.replace(fields, offset);
      } else {
        state.update(fields, offset);
      }
      REQUIRE(live(state) == oracle);
      REQUIRE(state.size() == oracle.size());
      history.push_back(oracle);
      const auto base = state.floor() + random.below(offset + 1 - state.floor());
      auto client = history[base];
      apply_changes(state, base, client);
      REQUIRE(client == oracle);
    }
  }
}

}  // namespace
}  // namespace weir::gateway::topics
