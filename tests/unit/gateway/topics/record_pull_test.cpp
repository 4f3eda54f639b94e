#include "gateway/topics/record_pull.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace weir::gateway::topics {
namespace {

using protocol::Field;
using Fields = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

Fields fields_of(const protocol::StateChanges& changes) {
  Fields fields;
  for (const auto& field : changes.fields) fields.emplace(field.name, field.json);
  return fields;
}

RecordState quote() {
  RecordState state{2};
  state.update(std::vector<Field>{{"ask", "100.25"}, {"bid", "100.20"}, {"name", "\"A long one\""}},
               1);
  state.update(std::vector<Field>{{"bid", "100.21"}}, 2);
  return state;
}

TEST_CASE("without a base the whole is pulled") {
  const auto state = quote();
  const auto changes = pull_record(state, std::nullopt, {});
  CHECK_FALSE(changes.base);
  CHECK(fields_of(changes).size() == 3);
}

TEST_CASE("from a base only what changed is pulled") {
  auto state = quote();
  state.update(std::vector<Field>{{"ask", "null"}}, 3);
  const auto changes = pull_record(state, 1, {});
  CHECK(changes.base == 1);
  CHECK(fields_of(changes) == Fields{{"bid", "100.21"}, {"ask", ""}});
}

TEST_CASE("a base at the head gives changes without fields") {
  const auto state = quote();
  const auto changes = pull_record(state, 2, {});
  CHECK(changes.base == 2);
  CHECK(changes.fields.empty());
}

TEST_CASE("the whole goes where it is no larger than the changes") {
  const auto state = quote();
  const auto changes = pull_record(state, 0, {});
  CHECK_FALSE(changes.base);
}

TEST_CASE("a base below the floor gets the whole") {
  auto state = quote();
  state.update(std::vector<Field>{{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}}, 3);
  state.update(std::vector<Field>{{"a", "null"}, {"b", "null"}, {"c", "null"}}, 4);
  state.update(std::vector<Field>{{"d", "null"}, {"ask", "null"}}, 5);
  REQUIRE(state.floor() > 0);
  CHECK_FALSE(pull_record(state, state.floor() - 1, {}).base);
  CHECK(pull_record(state, 5, {}).base);
}

TEST_CASE("only the fields that were chosen are pulled") {
  const auto state = quote();
  const Names chosen{"ask", "none"};
  CHECK(fields_of(pull_record(state, std::nullopt, chosen)) == Fields{{"ask", "100.25"}});
  CHECK(pull_record(state, 1, chosen).fields.empty());
  CHECK(pull_record(state, 1, chosen).base == 1);
}

}  // namespace
}  // namespace weir::gateway::topics
