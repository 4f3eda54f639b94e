#include "protocol/native/position_reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::protocol::native {

TEST_CASE("an epoch is 1 to 16 small letters and digits") {
  CHECK(is_epoch("a"));
  CHECK(is_epoch("0123456789abcdef"));
  CHECK_FALSE(is_epoch("0123456789abcdefg"));
  CHECK_FALSE(is_epoch(""));
  CHECK_FALSE(is_epoch("A"));
  CHECK_FALSE(is_epoch("a-b"));
}

TEST_CASE("as many positions as a message holds are read") {
  std::string text = R"({"from":{)";
  for (int i = 0; i < 2000; ++i) {
    text += "\"t/" + std::to_string(i) + R"(":{"epoch":"k","offset":)" + std::to_string(i) + "},";
  }
  text.back() = '}';
  text += "}";
  const auto object = check_object(text, JsonRules::of_request());
  REQUIRE_FALSE(object.fault);
  MemberReader in("it", object.members);
  const auto from = in.container("from", JsonType::object);
  REQUIRE(from);
  const auto positions = read_positions(in, *from);
  CHECK(in.finish());
  CHECK(positions.size() == 2000);
  CHECK(positions.at("t/1999") == Position{"k", 1999});
}

TEST_CASE("a position of very many members is refused") {
  std::string text = R"({"from":{"a":{"epoch":"k","offset":1)";
  for (int i = 0; i < 1000; ++i) text += ",\"k" + std::to_string(i) + "\":1";
  text += "}}}";
  const auto object = check_object(text, JsonRules::of_request());
  MemberReader in("it", object.members);
  const auto from = in.container("from", JsonType::object);
  REQUIRE(from);
  CHECK(read_positions(in, *from).empty());
  const auto read = in.finish();
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::bad_request);
}

}  // namespace weir::protocol::native
