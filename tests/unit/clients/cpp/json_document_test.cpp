#include "clients/cpp/json_document.hpp"

#include "protocol/core/json_patch.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::clients::cpp {
namespace {

/// What the patch makes of the document; "unfit": it does not fit.
std::string patched(std::string_view text, std::string_view patch) {
  JsonDocument document(protocol::json_value(text));
  return document.apply(patch) ? document.text() : "unfit";
}

}  // namespace

TEST_CASE("operations change members and elements, and all else stays as it was written") {
  struct Row {
    std::string name;
    std::string from;
    std::string patch;
    std::string to;
  };
  const Row rows[] = {
      {"nothing",
       R"( {"b" : [1.10, "\u00e4"], "a":null} )",
       "[]",
       R"({"a":null,"b":[1.10,"\u00e4"]})"},
      {"a scalar", "1", R"([{"op":"replace","path":"","value":{"a":2.50}}])", R"({"a":2.50})"},
      {"a member",
       R"({"a":1})",
       R"([{"op":"replace","path":"/a","value":12345678901234567890}])",
       R"({"a":12345678901234567890})"},
      {"a new member",
       R"({"a":1})",
       R"([{"op":"add","path":"/b","value":[]}])",
       R"({"a":1,"b":[]})"},
      {"a member less", R"({"a":1,"b":{}})", R"([{"op":"remove","path":"/a"}])", R"({"b":{}})"},
      {"escapes",
       R"({"a/b":{"m~n":{"":1}}})",
       R"([{"op":"replace","path":"/a~1b/m~0n/","value":2}])",
       R"({"a/b":{"m~n":{"":2}}})"},
      {"an escaped escape", R"({"~1":1})", R"([{"op":"remove","path":"/~01"}])", "{}"},
      {"elements",
       "[1,2,3]",
       R"([{"op":"remove","path":"/2"},{"op":"add","path":"/0","value":0},{"op":"add","path":"/3","value":9}])",
       "[0,1,2,9]"},
      {"inside an array",
       R"([{"a":1}])",
       R"([{"op":"replace","path":"/0/a","value":2}])",
       R"([{"a":2}])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(patched(row.from, row.patch) == row.to);
  }
}

TEST_CASE("what does not fit is not applied") {
  const std::string document = R"({"a":{"b":[1,2]},"c":3})";
  for (const auto* operation : {R"({"op":"replace","path":"/x","value":1})",
                                R"({"op":"remove","path":"/x"})",
                                R"({"op":"remove","path":"/a/b/2"})",
                                R"({"op":"replace","path":"/a/b/2","value":1})",
                                R"({"op":"add","path":"/a/b/3","value":1})",
                                R"({"op":"remove","path":"/a/b/00"})",
                                R"({"op":"remove","path":"/a/b/-1"})",
                                R"({"op":"remove","path":"/a/b/x"})",
                                R"({"op":"add","path":"/c/d","value":1})",
                                R"({"op":"add","path":"/x/y","value":1})",
                                R"({"op":"add","path":"/x"})",
                                R"({"op":"remove","path":""})",
                                R"({"op":"add","path":"x","value":1})",
                                R"({"op":"test","path":"/c","value":3})",
                                R"({"path":"/c","value":3})",
                                R"({"op":"remove"})",
                                "17"}) {
    CAPTURE(std::string(operation));
    CHECK(patched(document, "[" + std::string(operation) + "]") == "unfit");
  }
}

TEST_CASE("it undoes what the gateway does") {
  const std::string from =
      R"({"bid":1.10,"list":[1,2,3,4],"in":{"a/b":1,"deep":[{"x":"yes"}]},"gone":0,"text":"...."})";
  const std::string to =
      R"({"bid":1.20,"in":{"a/b":2,"deep":[{"x":"no"}]},"list":[1,3,4],"new":null,"text":"...."})";
  const auto patch = protocol::make_json_patch(from, to, 1000);
  REQUIRE(patch);
  CHECK(patched(from, *patch) == to);
}

}  // namespace weir::clients::cpp
