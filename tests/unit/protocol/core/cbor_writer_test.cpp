#include "protocol/core/cbor_writer.hpp"

#include "tests/support/hex.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/protocol/core/cbor_vectors.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace weir::protocol {
namespace {

std::string transcoded(std::string_view json) {
  std::string out;
  CborWriter(out).json(json);
  return out;
}

template <class Write>
std::string hex_of(Write write) {
  std::string out;
  CborWriter writer(out);
  write(writer);
  return tests::to_hex(out);
}

nlohmann::json read_by_another(std::string_view cbor) {
  return nlohmann::json::from_cbor(cbor.begin(), cbor.end());
}

/// Whether nlohmann's reader can tell what it means: no infinity, no integer below 64 bits.
bool is_for_others(std::string_view json) {
  return !json.ends_with("e400") && !json.ends_with("e999") && json != "-18446744073709551615";
}

/// JSON of any shape whose numbers every reader reads the same.
std::string random_json(tests::Random& random, int depth) {
  const auto kind = random.below(depth == 0 ? 5 : 7);
  if (kind == 0) return random.once_in(2) ? "null" : "true";
  if (kind == 1)
    return std::to_string(static_cast<std::int64_t>(random.below(UINT64_MAX)) >> random.below(64));
  if (kind == 2)
    return std::to_string(random.below(1000)) + "." + std::to_string(random.below(1000));
  if (kind == 3)
    return nlohmann::json(random.text(random.below(300), "abc\"\\\n\x01 ,:[]{}")).dump();
  if (kind == 4)
    return "-" + std::to_string(random.below(100)) + "e-" + std::to_string(random.below(30));
  std::string out(1, kind == 5 ? '[' : '{');
  const auto count = random.below(random.once_in(8) ? 300 : 6);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) out += random.once_in(2) ? "," : " , ";
    if (kind == 6) out += "\"k" + std::to_string(i) + "\": ";
    out += random_json(random, random.once_in(2) ? 0 : depth - 1);
  }
  return out + (kind == 5 ? ']' : '}');
}

}  // namespace

TEST_CASE("JSON becomes the CBOR that the vectors say, to the byte, and to others it is the same") {
  for (const auto& row : tests::cbor_vectors()) {
    if (!row.contains("json") || row.value("way", "written") != "written") continue;
    CAPTURE(row.at("name"));
    const auto json = row.at("json").get<std::string>();
    const auto cbor = transcoded(json);
    CHECK(tests::to_hex(cbor) == row.at("cbor").get<std::string>());
    if (is_for_others(json)) CHECK(read_by_another(cbor) == nlohmann::json::parse(json));
  }
}

TEST_CASE("numbers that no double holds are the nearest, and half a character is replaced") {
  CHECK(tests::to_hex(transcoded("18446744073709551616")) == "fa5f800000");
  CHECK(tests::to_hex(transcoded("123456789012345678901234567890")) == "fb45f8ee90ff6c373e");
  CHECK(tests::to_hex(transcoded("0.1000000000000000055511151231257827")) == "fb3fb999999999999a");
  const std::string zeros(400, '0');
  CHECK(tests::to_hex(transcoded("0." + zeros + "1e401")) == "f93c00");
  CHECK(tests::to_hex(transcoded("1" + zeros + "e-400")) == "f93c00");
  CHECK(tests::to_hex(transcoded("1" + zeros)) == "f97c00");
  CHECK(tests::to_hex(transcoded("-0." + zeros + "1")) == "f98000");
  CHECK(tests::to_hex(transcoded("1e99999999999999999999")) == "f97c00");
  CHECK(tests::to_hex(transcoded("1e-99999999999999999999")) == "f90000");
  CHECK(tests::to_hex(transcoded("0e99999999999999999999")) == "f90000");
  CHECK(tests::to_hex(transcoded(R"("\ud800")")) == "63efbfbd");
}

TEST_CASE("what is written piece by piece") {
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK(hex_of([](auto& out) { out.integer(Limits::max()); }) == "1b7fffffffffffffff");
  CHECK(hex_of([](auto& out) { out.integer(Limits::min()); }) == "3b7fffffffffffffff");
  CHECK(hex_of([](auto& out) { out.number(5); }) == "05");
  CHECK(hex_of([](auto& out) { out.number(-5); }) == "24");
  CHECK(hex_of([](auto& out) { out.number(0.5); }) == "f93800");
  CHECK(hex_of([](auto& out) { out.number(-0.0); }) == "f98000");
  CHECK(hex_of([](auto& out) { out.number(9'007'199'254'740'991.0); }) == "1b001fffffffffffff");
  CHECK(hex_of([](auto& out) { out.number(9'007'199'254'740'992.0); }) == "fa5a000000");
  CHECK(hex_of([](auto& out) { out.bytes(std::string_view("\0\xff", 2)); }) == "4200ff");
  CHECK(hex_of([](auto& out) { out.text("caf\xe9"); }) == "66636166efbfbd");
  CHECK(hex_of([](auto& out) {
          out.begin_map();
          out.text("a");
          out.json(R"({"b":[1,null]})");
          out.text("c");
          out.begin_array();
          out.boolean(true);
          out.null();
          out.end();
          out.end();
        }) == "a26161a161628201f6616382f5f6");
}

TEST_CASE("an array has the head that its length asks for, at each edge, also within others") {
  for (const std::size_t count : {0U, 1U, 23U, 24U, 255U, 256U, 65535U, 65536U}) {
    CAPTURE(count);
    std::string array = "[";
    for (std::size_t i = 0; i < count; ++i) array += i == 0 ? "0" : ",0";
    array += "]";
    const auto text = R"({"before":)" + array + R"(,"after":[)" + array + "]}";
    CHECK(read_by_another(transcoded(text)) == nlohmann::json::parse(text));
  }
}

TEST_CASE("whatever JSON it is, another reader reads the same") {
  const auto seed = tests::seed_or(1);
  CAPTURE(seed);
  tests::Random random(seed);
  for (int i = 0; i < 2000; ++i) {
    const auto json = random_json(random, 4);
    CAPTURE(json);
    REQUIRE(read_by_another(transcoded(json)) == nlohmann::json::parse(json));
  }
}

}  // namespace weir::protocol
