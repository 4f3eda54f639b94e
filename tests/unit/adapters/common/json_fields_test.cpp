#include "adapters/common/json_fields.hpp"

#include "adapters/abi/text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::adapters::common {

TEST_CASE("the members of an object are fields, as they stand") {
  const std::string json = R"( {"bid":1.10,"q\u0041":[1, 2],"old":null} )";
  JsonFields fields;
  REQUIRE(fields.read(json));
  REQUIRE(fields.fields().size() == 3);
  CHECK(abi::to_view(fields.fields()[0].name) == "bid");
  CHECK(abi::to_view(fields.fields()[0].json) == "1.10");
  CHECK(abi::to_view(fields.fields()[1].name) == "qA");
  CHECK(abi::to_view(fields.fields()[1].json) == "[1, 2]");
  CHECK(abi::to_view(fields.fields()[2].json) == "null");
  REQUIRE(fields.read("{}"));
  CHECK(fields.fields().empty());
}

TEST_CASE("a member that is text, a number or a truth value can be asked for as text") {
  const std::string json = R"({"s":"a","e":"\"\u00e4","n":-1.50,"b":true,"z":null,"o":{},"l":[]})";
  JsonFields fields;
  REQUIRE(fields.read(json));
  CHECK(fields.text("s") == "a");
  CHECK(fields.text("e") == "\"\xc3\xa4");
  CHECK(fields.text("n") == "-1.50");
  CHECK(fields.text("b") == "true");
  for (const char* none : {"z", "o", "l", "absent"}) CHECK_FALSE(fields.text(none));
}

TEST_CASE("what is no JSON object says why") {
  JsonFields fields;
  for (const char* json : {"", "[]", "1", "{", R"({"a":})", R"({"a":1}{})", R"({"a":"\ud800"})"}) {
    CAPTURE(json);
    const auto read = fields.read(json);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == protocol::ErrorCode::bad_request);
    CHECK(read.error().detail.starts_with("no valid JSON: "));
  }
}

TEST_CASE("any one JSON text is JSON") {
  for (const char* json : {"1", " null ", R"("x")", "{}", "[1,2]"}) CHECK(check_json(json));
  for (const char* json : {"", "1 2", "x", "[1,]", "\"\xff\""}) CHECK_FALSE(check_json(json));
}

}  // namespace weir::adapters::common
