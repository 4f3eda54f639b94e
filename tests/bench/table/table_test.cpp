// The table that a subscriber folds, and the source that it must come to equal.
#include "tests/bench/table/table_source.hpp"
#include "tests/bench/table/table_state.hpp"

#include <doctest/doctest.h>

#include <set>

namespace weir::tests::bench {

namespace {

using Json = nlohmann::json;

/// What the gateway would make of a line, each a delivery of its own.
std::string to_delivery(const std::string& line, std::uint64_t offset) {
  const Json said = Json::parse(line);
  Json delivery{{"t", 1}, {"o", offset}, {"b", offset - 1}};
  if (said.contains("delete")) {
    delivery["x"] = {said.at("key")};
  } else {
    delivery["k"] = {{said.at("key"), said.at("fields")}};
  }
  return delivery.dump();
}

}  // namespace

TEST_CASE("a table is filled with rows of some 100 bytes") {
  TableSource source("bench/table", 20, 1);
  const auto lines = source.fill();
  CHECK(lines.size() == 20);
  CHECK(source.rows().size() == 20);
  for (const std::string& line : lines) {
    const Json said = Json::parse(line);
    CHECK(said.at("topic") == "bench/table");
    CHECK(source.rows().at(said.at("key")) == said.at("fields"));
    CHECK(said.at("fields").dump().size() > 70);
    CHECK(said.at("fields").dump().size() < 130);
  }
}

TEST_CASE("who folds the changes one by one has the table of the source") {
  TableSource source("bench/table", 20, 7);
  TableState state;
  std::uint64_t offset = 0;
  for (const std::string& line : source.fill()) state.take(to_delivery(line, ++offset));
  std::set<std::size_t> sizes;
  for (int count = 0; count < 2000; ++count) {
    state.take(to_delivery(source.change(), ++offset));
    sizes.insert(source.rows().size());
    REQUIRE(state.rows() == source.rows());
  }
  CHECK(sizes.size() > 1);  // rows went, and came back
  CHECK(state.wrong_bases() == 0);
  CHECK(state.rows_max() == 1);
}

TEST_CASE("a whole in parts replaces all, and counts as one delivery") {
  TableState state;
  CHECK_FALSE(state.is_whole());
  state.take(R"({"t":1,"o":5,"d":{"a":{"x":1},"b":{"x":2}},"s":true,"m":true})");
  CHECK_FALSE(state.is_whole());
  state.take(R"({"t":1,"o":9,"b":5,"k":{"c":{"x":3}}})");
  CHECK(state.is_whole());
  CHECK(state.deliveries() == 1);
  CHECK(state.wholes() == 1);
  CHECK(state.rows_max() == 3);
  CHECK(state.rows().size() == 3);
  state.restart();
  state.take(R"({"t":1,"o":12,"b":9,"k":{"a":{"x":null,"y":7}},"x":["b"]})");
  CHECK(state.rows() == Rows{{"a", {{"y", 7}}}, {"c", {{"x", 3}}}});
  CHECK(state.wholes() == 0);
  CHECK(state.rows_max() == 2);
  CHECK(state.wrong_bases() == 0);
  state.take(R"({"t":1,"o":14,"b":13,"k":{}})");
  CHECK(state.wrong_bases() == 1);
  state.take(R"({"t":1,"o":15,"x":true})");
  CHECK(state.rows().empty());
}

TEST_CASE("a feed of lines takes an ack and complains of all else") {
  bool acknowledged = false;
  LineFeed feed(acknowledged);
  std::string out;
  feed.append(out, "", "{}");
  CHECK(out == "{}\n");
  CHECK_FALSE(feed.on_answer("{\"ack\":1}\n", out).has_value());
  CHECK(acknowledged);
  CHECK(feed.on_answer("{\"nack\":1}\n", out).has_value());
}

}  // namespace weir::tests::bench
