#include "protocol/core/json_cursor.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::protocol {

TEST_CASE("a value is its text without the white space around it") {
  const auto value = json_value(" \n{\"a\":1}\t ");
  CHECK(value.type == JsonType::object);
  CHECK(value.text == "{\"a\":1}");
  CHECK(json_value("-1").type == JsonType::number);
  CHECK(json_value("null").type == JsonType::null);
}

TEST_CASE("the cursor goes through an object's members and an array's elements, then ends") {
  JsonCursor members({JsonType::object,
                      "{ \"a\" : {\"x\":\"}\",\"y\":[1]} , \"\\u0062\\\"\":[ \"]\", 2 ],\n"
                      "\"c\":-1.5e3 }"});
  const auto a = members.next_member();
  REQUIRE(a);
  CHECK(a->name == "a");
  CHECK(a->value.type == JsonType::object);
  CHECK(a->value.text == R"({"x":"}","y":[1]})");
  const auto b = members.next_member();
  REQUIRE(b);
  CHECK(b->name == "b\"");
  CHECK(b->value.text == R"([ "]", 2 ])");
  const auto c = members.next_member();
  REQUIRE(c);
  CHECK(c->value.type == JsonType::number);
  CHECK(c->value.text == "-1.5e3");
  CHECK_FALSE(members.next_member());
  CHECK_FALSE(members.next_member());

  JsonCursor elements(b->value);
  CHECK(elements.next_element()->text == R"("]")");
  CHECK(elements.next_element()->text == "2");
  CHECK_FALSE(elements.next_element());
  CHECK_FALSE(JsonCursor({JsonType::array, "[ ]"}).next_element());
  CHECK_FALSE(JsonCursor({JsonType::object, "{}"}).next_member());
  CHECK(JsonCursor({JsonType::array, "[true]"}).next_element()->type == JsonType::boolean);
  CHECK(JsonCursor({JsonType::array, "[false ]"}).next_element()->text == "false");
  CHECK(JsonCursor({JsonType::array, "[null]"}).next_element()->type == JsonType::null);
}

TEST_CASE("escapes are resolved, lone surrogates replaced") {
  struct Row {
    std::string name;
    std::string quoted;
    std::string content;
  };
  const std::vector<Row> rows{
      {"empty", R"("")", ""},
      {"plain", R"("abc")", "abc"},
      {"letters", R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {"zero", R"("a\u0000b")", std::string("a\0b", 3)},
      {"one byte", R"("\u007F")", "\x7f"},
      {"two bytes", R"("\u0080\u00e9\u07ff")", "\xc2\x80\xc3\xa9\xdf\xbf"},
      {"three bytes", R"("\u0800\uFFFF")", "\xe0\xa0\x80\xef\xbf\xbf"},
      {"four bytes", R"("\ud800\udc00\uDBFF\uDFFF")", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
      {"lone high", R"("\ud800x")", "\xef\xbf\xbdx"},
      {"lone high at the end", R"("\ud800")", "\xef\xbf\xbd"},
      {"lone low", R"("\udc00")", "\xef\xbf\xbd"},
      {"high, high, low", R"("\ud800\ud83d\ude00")", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
      {"high, other escape", R"("\ud800\n")", "\xef\xbf\xbd\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(decode_string(row.quoted) == row.content);
  }
}

TEST_CASE("a long name is cut between code points") {
  CHECK(quotable(std::string(64, 'a')) == std::string(64, 'a'));
  CHECK(quotable(std::string(65, 'a')) == std::string(64, 'a') + "...");
  CHECK(quotable(std::string(63, 'a') + "\xc3\xa9") == std::string(63, 'a') + "...");
  CHECK(quotable(std::string(100, '\x80')) == "...");
}

TEST_CASE("hexadecimal digits have their values") {
  CHECK(hex_digit('0') == 0);
  CHECK(hex_digit('9') == 9);
  CHECK(hex_digit('a') == 10);
  CHECK(hex_digit('F') == 15);
}

}  // namespace weir::protocol
