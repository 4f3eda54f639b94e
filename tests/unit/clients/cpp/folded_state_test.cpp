#include "clients/cpp/folded_state.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

namespace weir::clients::cpp {
namespace {

using protocol::Kind;
using protocol::native::ReceivedDelivery;

ReceivedDelivery read(const std::string& text) {
  const auto message = protocol::native::read_server_message(text);
  REQUIRE(message);
  return std::get<ReceivedDelivery>(*message);
}

/// What a delivery comes to, as text: data, or rows and removed keys; changed fields in brackets.
std::string folded(FoldedState& state, const std::string& text) {
  Delivered out;
  if (!state.apply(read(text), out)) return "unfit";
  std::string words = out.data ? out.data->bytes : "";
  if (out.changed_fields) words += " [" + *out.changed_fields + "]";
  for (const auto& key : out.removed_rows) words += "-" + key;
  for (const auto& row : out.rows) {
    words += "+" + row.key + row.json;
    if (row.changed_fields) words += "[" + *row.changed_fields + "]";
  }
  return words;
}

TEST_CASE("a record is all its fields after each change, numbers as they were sent") {
  FoldedState state(Kind::record);
  CHECK(folded(state, R"({"t":1,"o":5,"d":{"bid":1.10,"ask":2},"s":true})") ==
        R"({"ask":2,"bid":1.10})");
  CHECK(folded(state, R"({"t":1,"o":9,"b":5,"f":{"bid":1.20,"ask":null}})") ==
        R"({"bid":1.20} [{"bid":1.20,"ask":null}])");
  CHECK(folded(state, R"({"t":1,"o":10,"x":true})").empty());
  CHECK(folded(state, R"({"t":1,"o":11,"b":10,"f":{"n":1}})") == R"({"n":1} [{"n":1}])");
}

TEST_CASE("a record that looks like bytes is a record") {
  FoldedState state(Kind::record);
  CHECK(folded(state, R"({"t":1,"o":5,"d":{"b64":""}})") == R"({"b64":""})");
  CHECK(folded(state, R"({"t":1,"o":6,"d":{"b64":"eyI="}})") == R"({"b64":"eyI="})");
  CHECK(folded(state, R"({"t":1,"o":7,"b":6,"f":{"n":1}})") == R"({"b64":"eyI=","n":1} [{"n":1}])");
}

TEST_CASE("a change of another state is not taken, and the state stays") {
  FoldedState state(Kind::record);
  CHECK(folded(state, R"({"t":1,"o":5,"d":{"a":1}})") == R"({"a":1})");
  CHECK(folded(state, R"({"t":1,"o":9,"b":6,"f":{"a":2}})") == "unfit");
  CHECK(folded(state, R"({"t":1,"o":9,"b":5,"f":{"b":2}})") == R"({"a":1,"b":2} [{"b":2}])");
}

TEST_CASE("rows of a table come whole, gone ones by key, page by page") {
  FoldedState state(Kind::table);
  CHECK(folded(state, R"({"t":1,"o":2,"d":{"a":{"x":1,"y":1},"b":{}},"s":true,"m":true})") ==
        R"(+a{"x":1,"y":1}+b{})");
  CHECK(folded(state, R"({"t":1,"o":7,"b":2,"k":{"a":{"x":2},"c":{"x":3}},"x":["b"]})") ==
        R"(-b+a{"x":2,"y":1}[{"x":2}]+c{"x":3})");
  CHECK(folded(state, R"({"t":1,"o":8,"b":7,"k":{"a":{"y":5}},"x":["a"]})") == R"(+a{"y":5})");
  CHECK(folded(state, R"({"t":1,"o":9,"d":{"c":{"x":4}}})") == R"(-a+c{"x":4})");
  CHECK(folded(state, R"({"t":1,"o":10,"x":true})") == "-c");
}

}  // namespace
}  // namespace weir::clients::cpp
