#include "protocol/native/publish_body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace weir::protocol::native {
namespace {

/// "a: x, y" for what would be published, an item that is refused as its code, a refusal of all as
/// "no: ...".
std::string read(std::string_view body, std::size_t items_max = 3) {
  const auto read = read_publish_body(body, items_max);
  if (!read) return "no: " + std::string(read.error().message());
  std::string out = read->is_array ? "array" : "one";
  for (const auto& item : read->items) {
    out += ' ';
    if (item.id) out += std::to_string(*item.id) + "=";
    out += item.publication ? item.publication->topic + item.publication->payload.bytes
                            : std::string(info(item.publication.error().code).name);
  }
  return out;
}

}  // namespace

TEST_CASE("a body is one object, or an array of them in order") {
  struct Row {
    std::string_view body;
    std::string_view meaning;
  };
  const std::vector<Row> rows{
      {R"({"topic":"a","data":1.10})", "one a1.10"},
      {" {\"op\":\"publish\",\"id\":7,\"topic\":\"a\",\"data\":{\"x\":[1,2]}}\n",
       R"(one 7=a{"x":[1,2]})"},
      {"[]", "array"},
      {" [ ] ", "array"},
      {R"([{"topic":"a","data":1},{"topic":"b","data":"],[{\"}"} , {"topic":"c","data":[[1],{}]}])",
       R"(array a1 b"],[{\"}" c[[1],{}])"},
      {R"([{"topic":"a","data":1},{"id":2,"topic":"b/+","data":1},{"topic":"c"}])",
       "array a1 2=bad_topic bad_request"},
      {R"({"op":"subscribe","topic":"a","data":1})", "one bad_request"},
      {R"({"topic":"a","data":1,"dta":2})", "one bad_request"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    CHECK(read(row.body) == row.meaning);
  }
}

TEST_CASE("what is no JSON is refused as a whole, so that nothing of it is published") {
  for (const std::string_view body :
       {"",
        "x",
        "1",
        "[",
        "]",
        "[1]",
        "[{}]]",
        R"([{"topic":"a","data":1},])",
        R"([,{"topic":"a","data":1}])",
        R"([{"topic":"a","data":1} {"topic":"a","data":1}])",
        R"([{"topic":"a","data":01}])",
        R"([{"topic":"a","data":1},{"topic":"a","topic":"b","data":1}])",
        R"({"topic":"a","data":1}{"topic":"a","data":1})",
        "{\"topic\":\"a\",\"data\":\"\xff\"}"}) {
    CAPTURE(body);
    CHECK(read(body).starts_with("no: "));
  }
  CHECK(read(R"([{"topic":"a","data":1},{"topic":}])") == "no: object 2: byte 9: expected a value");
}

TEST_CASE("a batch has as many objects as the limit, and no more") {
  const std::string one = R"({"topic":"a","data":1})";
  CHECK(read("[" + one + "," + one + "]", 2) == "array a1 a1");
  const auto refused = read_publish_body("[" + one + "," + one + "," + one + "]", 2);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::too_big);
}

TEST_CASE("however deep or cut, a body is read without harm") {
  const std::string whole =
      R"([{"topic":"a","data":{"b":["\\\"",1]}},{"topic":"b","delete":true}])";
  for (std::size_t bytes = 1; bytes < whole.size(); ++bytes) {
    CAPTURE(bytes);
    CHECK_FALSE(read_publish_body(whole.substr(0, bytes), 3));
  }
  CHECK(read_publish_body(whole, 3));
  CHECK_FALSE(read_publish_body(std::string(100'000, '['), 3));
  CHECK_FALSE(read_publish_body(std::string(50'000, '[') + std::string(50'000, ']'), 3));
}

TEST_CASE("a reply has the id of its object where that had one, and a position where it is ours") {
  const auto write = [](std::optional<RequestId> id, const Result<Position>& result) {
    std::string out;
    write_publish_reply(id, result, out);
    return out;
  };
  CHECK(write(std::nullopt, Position{"k3f9", 18}) == R"({"ok":true,"epoch":"k3f9","offset":18})");
  CHECK(write(5, Position{"k3f9", 18}) == R"({"re":5,"ok":true,"epoch":"k3f9","offset":18})");
  CHECK(write(std::nullopt, Position{}) == R"({"ok":true})");
  CHECK(write(0, fail(ErrorCode::rate, "x")) ==
        R"({"re":0,"ok":false,"error":{"code":"rate","message":"x","retry":true}})");
}

}  // namespace weir::protocol::native
