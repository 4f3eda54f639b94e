#include "gateway/config/value_type.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace weir::gateway::config {
namespace {

const Place here{3, 4, ""};

template <class T>
Faults faults_of(const ValueType<T>& type, const Node& node) {
  Faults faults;
  const auto value = type.read(node, faults);
  CHECK(value.has_value() == faults.empty());
  return faults;
}

std::string no_check(std::string_view) {
  return {};
}

}  // namespace

TEST_CASE("a type takes its own values only, and says what it takes") {
  const auto port = integer({0, 65535});
  CHECK(faults_of(port, {std::int64_t{65535}, here}).empty());
  for (const Node& wrong : {Node{std::int64_t{65536}, here},
                            Node{std::int64_t{-1}, here},
                            Node{80.0, here},
                            Node{std::string("80"), here},
                            Node{true, here},
                            Node{Node::Array{}, here},
                            Node{Node::Table{}, here},
                            Node{Node::Date{}, here}}) {
    const auto faults = faults_of(port, wrong);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].place == here);
    CHECK(faults[0].what == describe(wrong));
    CHECK(faults[0].expected == "expected an integer from 0 to 65535");
  }
}

TEST_CASE("a number is finite and may be written without a fraction") {
  const auto rate = number(10);
  CHECK(faults_of(rate, {std::int64_t{10}, here}).empty());
  CHECK(faults_of(rate, {0.25, here}).empty());
  CHECK(faults_of(rate, {10.5, here}).size() == 1);
  CHECK(faults_of(rate, {-0.1, here}).size() == 1);
  CHECK(faults_of(rate, {std::numeric_limits<double>::quiet_NaN(), here}).size() == 1);
  CHECK(faults_of(rate, {std::numeric_limits<double>::infinity(), here}).size() == 1);
}

TEST_CASE("a size is bytes or text") {
  const auto bytes = size({256, 1024});
  CHECK(faults_of(bytes, {std::int64_t{1024}, here}).empty());
  CHECK(faults_of(bytes, {std::string("1KiB"), here}).empty());
  CHECK(faults_of(bytes, {std::string("2KiB"), here}).size() == 1);
  CHECK(faults_of(bytes, {std::string("256"), here}).empty());
}

TEST_CASE("a list tells every item that is wrong") {
  const auto names = list(
      "words", [](std::string_view item) { return std::string(item.size() > 1 ? "is long" : ""); });
  const Node::Array items{{std::string("a"), {1, 1, ""}},
                          {std::string("bb"), {1, 2, ""}},
                          {std::int64_t{3}, {1, 3, ""}}};
  const auto faults = faults_of(names, {items, here});
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].place == Place{1, 2, ""});
  CHECK(faults[0].what == "\"bb\" is long");
  CHECK(faults[1].place == Place{1, 3, ""});
  CHECK(faults[1].expected == "expected words");
  CHECK(faults_of(names, {std::string("a"), here})[0].expected == "expected a list of words");
}

TEST_CASE("a choice knows words that are not built yet") {
  const auto kind = choice({"a", "b", "c"});
  Faults faults;
  CHECK(kind.read({std::string("c"), here}, faults) == 2);
  CHECK(faults_of(kind, {std::string("d"), here})[0].what == "\"d\" is unknown");
  CHECK(kind.expected == "\"a\", \"b\" or \"c\"");
}

TEST_CASE("values are shown as they would be written") {
  CHECK(boolean().show(true) == "true");
  CHECK(integer({}).show(5) == "5");
  CHECK(number(9).show(0) == "0");
  CHECK(number(9).show(2.5) == "2.5");
  CHECK(size({}).show(65536) == "\"64KiB\"");
  CHECK(size({}).show(1000) == "1000");
  CHECK(text("", no_check).show("a") == "\"a\"");
  CHECK(list("", no_check).show({"a", "b"}) == "[\"a\", \"b\"]");
  CHECK(list("", no_check).show({}) == "[]");
  CHECK(choice({"a", "b"}).show(1) == "\"b\"");
}

}  // namespace weir::gateway::config
