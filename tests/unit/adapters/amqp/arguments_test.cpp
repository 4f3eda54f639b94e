#include "adapters/amqp/arguments.hpp"

#include <doctest/doctest.h>

namespace weir::adapters::amqp {

TEST_CASE("a table with free names has text, numbers and truth values") {
  const auto arguments = parse_arguments(R"({"n":100000,"q":"quorum","b":false,"f":0.5})");
  REQUIRE(arguments);
  const Arguments expected{{"b", false}, {"f", 0.5}, {"n", std::int64_t{100000}}, {"q", "quorum"}};
  CHECK((*arguments == expected));
  CHECK((parse_arguments("{}") == Arguments{}));
  for (const char* json : {"", "[]", "1", R"({"a":null})", R"({"a":{}})", R"({"a":[1]})"}) {
    CAPTURE(json);
    CHECK_FALSE(parse_arguments(json));
  }
}

TEST_CASE("a value is found by its name") {
  const Arguments arguments{{"a", std::int64_t{1}}, {"b", "x"}};
  REQUIRE(find_argument(arguments, "b") != nullptr);
  CHECK((*find_argument(arguments, "b") == Argument("x")));
  CHECK(find_argument(arguments, "c") == nullptr);
}

}  // namespace weir::adapters::amqp
