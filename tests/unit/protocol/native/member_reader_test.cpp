#include "protocol/native/member_reader.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace weir::protocol::native {

namespace {

std::string mistake_of(MemberReader& in) {
  const auto read = in.finish();
  return read ? "" : read.error().detail;
}

}  // namespace

TEST_CASE("members are read by name and type") {
  const auto object = check_object(
      R"({"i":-3,"c":7,"r":0.5,"n":12.5,"b":true,"t":"x\n","e":"two","a":[1],"z":null})",
      JsonRules::of_request());
  MemberReader in("it", object.members);
  constexpr std::array<std::string_view, 2> choices{"one", "two"};
  CHECK(in.integer("i", {-3, 3}) == -3);
  CHECK(in.count("c") == 7);
  CHECK(in.rate("r") == 0.5);
  CHECK(in.number("n") == 12.5);
  CHECK(in.boolean("b") == true);
  CHECK(in.text("t", {}) == "x\n");
  CHECK(in.choice("e", choices) == 1);
  CHECK(in.container("a", JsonType::array)->text == "[1]");
  CHECK(in.any("z")->type == JsonType::null);
  CHECK(in.has("z"));
  CHECK_FALSE(in.has("y"));
  CHECK_FALSE(in.integer("y", {0, 1}));
  CHECK_FALSE(in.any("y"));
  CHECK_FALSE(in.has_failed());
  CHECK(mistake_of(in) == "");
}

TEST_CASE("the first mistake counts") {
  const auto object = check_object(R"({"a":1,"b":"x"})", JsonRules::of_request());
  MemberReader in("it", object.members);
  CHECK_FALSE(in.text("a", {}));
  CHECK_FALSE(in.count("b"));
  in.fail(ErrorCode::bad_topic, "third");
  CHECK(in.has_failed());
  CHECK(mistake_of(in) == R"("a": expected a text, got 1)");
}

TEST_CASE("a mistake of the caller's has its own code") {
  MemberReader in("it", {});
  in.fail({ErrorCode::bad_topic, "no"});
  const auto read = in.finish();
  REQUIRE_FALSE(read);
  CHECK(read.error() == Error{ErrorCode::bad_topic, "no"});
}

TEST_CASE("what nobody asked for is a mistake of a request, and nothing to a lenient reader") {
  const auto object = check_object(R"({"a":1,"bb":2})", JsonRules::of_request());
  MemberReader in("it", object.members);
  static_cast<void>(in.any("a"));
  CHECK(in.finish_leniently());
  CHECK(mistake_of(in) == R"(it has no "bb"; it has a)");
}

TEST_CASE("a required member that is missing is told with what was expected") {
  constexpr auto required = Presence::required;
  struct Row {
    std::string mistake;
    void (*read)(MemberReader& in);
  };
  const std::array<Row, 5> rows{{
      {R"("m" is missing: expected an integer from 1 to 2)",
       [](MemberReader& in) { static_cast<void>(in.integer("m", {1, 2}, required)); }},
      {R"("m" is missing: expected 0 or a number from 0.00001 to 1000000)",
       [](MemberReader& in) { static_cast<void>(in.rate("m", required)); }},
      {R"("m" is missing: expected true or false)",
       [](MemberReader& in) { static_cast<void>(in.boolean("m", required)); }},
      {R"("m" is missing: expected a text of 1 to 3 bytes)",
       [](MemberReader& in) { static_cast<void>(in.text("m", {1, 3}, required)); }},
      {R"("m" is missing: expected an object)",
       [](MemberReader& in) { static_cast<void>(in.container("m", JsonType::object, required)); }},
  }};
  for (const auto& row : rows) {
    MemberReader in("it", {});
    row.read(in);
    CHECK(mistake_of(in) == row.mistake);
  }
}

TEST_CASE("the length of a text counts bytes, at the limit and one past it") {
  const auto object = check_object(R"({"a":"é","b":"éx"})", JsonRules::of_request());
  MemberReader in("it", object.members);
  CHECK(in.text("a", {1, 2}) == "é");
  CHECK_FALSE(in.text("b", {1, 2}));
  CHECK(mistake_of(in) == R"("b": expected a text of 1 to 2 bytes, got 3 bytes)");
}

TEST_CASE("a rate is none, or within its bounds") {
  struct Row {
    std::string text;
    bool is_rate;
  };
  const std::array<Row, 8> rows{{{"0", true},
                                 {"-0", true},
                                 {"0.00001", true},
                                 {"1e6", true},
                                 {"0.0000099", false},
                                 {"1000000.1", false},
                                 {"-1", false},
                                 {"1e-999", false}}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto text = R"({"m":)" + row.text + "}";
    const auto object = check_object(text, JsonRules::of_request());
    MemberReader in("it", object.members);
    CHECK(in.rate("m").has_value() == row.is_rate);
  }
}

}  // namespace weir::protocol::native
