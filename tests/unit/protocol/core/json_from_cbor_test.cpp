#include "protocol/core/json_from_cbor.hpp"

#include "tests/support/hex.hpp"
#include "tests/unit/protocol/core/cbor_vectors.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace weir::protocol {
namespace {

constexpr CborRules strict{
    .depth_max = 4, .members_max = 3, .is_unambiguous = true, .bytes_name = "data"};
constexpr CborRules lenient{
    .depth_max = 4, .members_max = 3, .is_unambiguous = false, .bytes_name = "d"};

struct Outcome {
  std::string json;
  std::optional<CborFault> fault;
};

Outcome read(std::string_view digits, const CborRules& rules = strict) {
  Outcome out;
  out.fault = append_json_from_cbor(tests::from_hex(digits), rules, out.json);
  return out;
}

std::string json_of(std::string_view digits, const CborRules& rules = strict) {
  const auto out = read(digits, rules);
  return out.fault ? "fault: " + out.fault->what : out.json;
}

std::string fault_of(std::string_view digits, const CborRules& rules = strict) {
  const auto out = read(digits, rules);
  return out.fault ? std::to_string(out.fault->at) + ": " + out.fault->what : "none";
}

std::string in_map(const nlohmann::json& row) {
  return "a16176" + row.at("cbor").get<std::string>();
}

}  // namespace

TEST_CASE("CBOR becomes the JSON that the vectors say, or is refused where and why they say") {
  for (const auto& row : tests::cbor_vectors()) {
    if (row.value("way", "read") != "read") continue;
    CAPTURE(row.at("name"));
    if (row.contains("json")) {
      CHECK(json_of(in_map(row)) == R"({"v":)" + row.at("json").get<std::string>() + "}");
    } else {
      const auto& fault = row.at("fault");
      CHECK(fault_of(in_map(row)) ==
            std::to_string(fault.at("at").get<int>()) + ": " + fault.at("what").get<std::string>());
    }
  }
}

TEST_CASE("whatever was taken is refused when it is cut short, wherever") {
  for (const auto& row : tests::cbor_vectors()) {
    if (!row.contains("json") || row.value("way", "read") != "read") continue;
    const auto digits = in_map(row);
    CAPTURE(digits);
    for (std::size_t count = 0; count < digits.size(); count += 2) {
      CHECK(read(digits.substr(0, count)).fault);
    }
  }
}

TEST_CASE("only the outermost map's member of that name may be bytes") {
  CHECK(json_of("a164646174614200ff") == R"({"data":{"b64":"AP8="}})");
  CHECK(json_of("a1646461746140") == R"({"data":{"b64":""}})");
  CHECK(json_of("a164646174615f410041ffff") == R"({"data":{"b64":"AP8="}})");
  CHECK(fault_of("a164646174615f6100ff") == "7: expected a part of it");
  CHECK(fault_of("a16464617461a1646461746140") == R"(12: a byte string can only be "data")");
  CHECK(fault_of("a16464617461425a") == "6: longer than the message");
  CHECK(json_of("a1616440", lenient) == R"({"d":{"b64":""}})");
  CHECK(fault_of("a1646461746140", lenient) == R"(6: a byte string can only be "d")");
}

TEST_CASE("the outermost value is a map, and may say that it is CBOR") {
  CHECK(fault_of("") == "0: the message does not end");
  CHECK(fault_of("01") == "0: expected a map");
  CHECK(fault_of("80") == "0: expected a map");
  CHECK(json_of("a0") == "{}");
  CHECK(json_of("d9d9f7a0") == "{}");
  CHECK(fault_of("d9d9f7d9d9f7a0") == "3: expected a map");
  CHECK(fault_of("a000") == "1: nothing may follow the map");
}

TEST_CASE("as deep and as many members as may be, and one more") {
  CHECK(json_of("a16176818180") == R"({"v":[[[]]]})");
  CHECK(fault_of("a1617681818180") == "6: nested too deep");
  CHECK(fault_of("a16176818181a0") == "6: nested too deep");
  CHECK(json_of("a3616100616200616300") == R"({"a":0,"b":0,"c":0})");
  CHECK(fault_of("a4616100616200616300616400") == "9: too many members");
  CHECK(json_of("a16176a4616100616200616300616400") == R"({"v":{"a":0,"b":0,"c":0,"d":0}})");
}

TEST_CASE("what was complete before a fault can still be read") {
  CHECK(read("a261610161621c").json == R"({"a":1,"b":)");
  CHECK(read("a261610161").json == R"({"a":1,")");
  CHECK(read("a261618101616201ff").json == R"({"a":[1],"b":1})");
}

TEST_CASE("a lenient reader takes names twice and numbers beyond all bounds") {
  CHECK(json_of("a16176a2616101616102", lenient) == R"({"v":{"a":1,"a":2}})");
  CHECK(json_of("a1617682f97c00f9fc00", lenient) == R"({"v":[1e999,-1e999]})");
  CHECK(fault_of("a16176f97e00", lenient) == "3: a number that is not finite");
}

TEST_CASE("JSON is appended to what is there") {
  std::string json = "[,";
  CHECK_FALSE(append_json_from_cbor("\xa0", strict, json));
  CHECK(json == "[,{}");
}

}  // namespace weir::protocol
