#include "protocol/native/cbor_checker.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::protocol::native {
namespace {

CheckedObject checked(const std::string& digits, std::string& json) {
  return check_cbor(tests::from_hex(digits), JsonRules::of_request(), "data", json);
}

}  // namespace

TEST_CASE("the members of a CBOR map are those of the JSON that it is written as") {
  std::string json = "what was there";
  const auto object = checked("a361610161628261784064646174614100", json);
  REQUIRE(object.fault);
  CHECK(object.fault->at == 9);
  REQUIRE(object.members.size() == 1);
  CHECK(object.members[0].name == "a");

  const auto good = checked("a36161016162816178646461746141ff", json);
  REQUIRE_FALSE(good.fault);
  CHECK(json == R"({"a":1,"b":["x"],"data":{"b64":"/w=="}})");
  REQUIRE(good.members.size() == 3);
  CHECK(good.members[1].name == "b");
  CHECK(good.members[1].value.type == JsonType::array);
  CHECK(good.members[1].value.text == R"(["x"])");
}

TEST_CASE("a member that is there twice is not read") {
  std::string json;
  const auto object = checked("a3626964016162026269640a", json);
  REQUIRE(object.fault);
  CHECK(object.fault->what == R"(the name "id" occurs twice)");
  for (const auto& member : object.members) CHECK(member.name != "id");
}

TEST_CASE("as many members as a message may have, and one more") {
  const auto with_members = [](std::size_t count) {
    std::string digits = "bf";
    for (std::size_t i = 0; i < count; ++i) {
      digits += "61" + tests::to_hex(std::string(1, static_cast<char>('A' + i))) + "00";
    }
    return digits + "ff";
  };
  std::string json;
  CHECK_FALSE(checked(with_members(json_members_max), json).fault);
  const auto object = checked(with_members(json_members_max + 1), json);
  REQUIRE(object.fault);
  CHECK(object.fault->what == "too many members");
}

}  // namespace weir::protocol::native
