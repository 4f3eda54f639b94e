#include "adapters/common/config_reader.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::common {

TEST_CASE("keys are read, and those that are not there have their default") {
  ConfigReader reader(R"({"listen":"127.0.0.1:0","upstream":true,"interval_ms":100})");
  CHECK(reader.text("listen") == "127.0.0.1:0");
  CHECK_FALSE(reader.text("dial"));
  CHECK(reader.flag("upstream", false));
  CHECK_FALSE(reader.flag("other", false));
  CHECK(reader.integer("interval_ms", {100, 60000}, 1000) == 100);
  CHECK(reader.integer("wait_ms", {100, 60000}, 1000) == 1000);
  ConfigReader fractions(R"({"speed":0.5,"whole":2})");
  CHECK(fractions.number("speed", {0, 10}, 1) == 0.5);
  CHECK(fractions.number("whole", {0, 2}, 1) == 2);
  CHECK(fractions.number("other", {0, 2}, 1) == 1);
  CHECK_NOTHROW(reader.finish());
  ConfigReader lists(R"({"brokers":["a","b"],"none":[]})");
  CHECK(lists.texts("brokers") == std::vector<std::string>{"a", "b"});
  CHECK(lists.texts("none") == std::vector<std::string>{});
  CHECK_FALSE(lists.texts("other"));
}

TEST_CASE("one text or several, and tables with readers of their own") {
  ConfigReader reader(R"({"one":"a","two":["a","b"],"tls":{"ca":"c"},"feeders":[{"x":1},{}]})");
  CHECK(reader.text_or_texts("one") == std::vector<std::string>{"a"});
  CHECK(reader.text_or_texts("two") == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(reader.text_or_texts("other"));
  const auto table = reader.table("tls");
  REQUIRE(table);
  CHECK(ConfigReader(*table, "tls.").text("ca") == "c");
  CHECK_FALSE(reader.table("other"));
  const auto tables = reader.tables("feeders");
  REQUIRE(tables.size() == 2);
  CHECK(ConfigReader(tables[0], "feeders[0].").integer("x", {0, 9}, 0) == 1);
  CHECK(reader.tables("other").empty());
  CHECK_NOTHROW(reader.finish());

  CHECK_THROWS_WITH_AS((void)reader.table("one"), "key 'one' must be a table", abi::Failure);
  CHECK_THROWS_WITH_AS(
      (void)reader.tables("two"), "key 'two' must be a list of tables", abi::Failure);
  CHECK_THROWS_WITH_AS((void)reader.text_or_texts("tls"),
                       "key 'tls' must be a string or a list of strings",
                       abi::Failure);
  ConfigReader inner(R"({"cert":1})", "tls.");
  CHECK_THROWS_WITH_AS(
      (void)inner.flag("cert", true), "key 'tls.cert' must be true or false", abi::Failure);
  ConfigReader unknown(R"({"cb":1})", "tls.");
  static_cast<void>(unknown.text("ca"));
  CHECK_THROWS_WITH_AS(
      unknown.finish(), "key 'tls.cb' is unknown; did you mean 'tls.ca'?", abi::Failure);
}

TEST_CASE("what is wrong is told with the key and what was expected") {
  CHECK_THROWS_WITH_AS(ConfigReader("[1]"), "its configuration is no JSON object", abi::Failure);
  CHECK_THROWS_AS(ConfigReader("{"), abi::Failure);
  ConfigReader reader(R"({"a":1,"b":99,"c":"x","lisen":"y"})");
  CHECK_THROWS_WITH_AS((void)reader.text("a"), "key 'a' must be a string", abi::Failure);
  CHECK_THROWS_WITH_AS((void)reader.flag("a", true), "key 'a' must be true or false", abi::Failure);
  CHECK_THROWS_WITH_AS((void)reader.integer("b", {100, 200}, 150),
                       "key 'b' must be an integer from 100 to 200",
                       abi::Failure);
  CHECK_THROWS_AS((void)reader.integer("c", {100, 200}, 150), abi::Failure);
  CHECK_THROWS_WITH_AS((void)reader.number("b", {0.5, 98}, 1),
                       "key 'b' must be a number from 0.5 to 98.0",
                       abi::Failure);
  CHECK_THROWS_AS((void)reader.number("c", {0, 98}, 1), abi::Failure);
  CHECK_THROWS_WITH_AS((void)reader.texts("c"), "key 'c' must be a list of strings", abi::Failure);
  ConfigReader mixed(R"({"brokers":["a",1]})");
  CHECK_THROWS_AS((void)mixed.texts("brokers"), abi::Failure);
  static_cast<void>(reader.text("listen"));
  CHECK_THROWS_WITH_AS(
      reader.finish(), "key 'lisen' is unknown; did you mean 'listen'?", abi::Failure);
}

}  // namespace weir::adapters::common
