#include "adapters/common/json_reader.hpp"

#include "protocol/core/limits.hpp"
#include "tests/support/random.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace weir::adapters::common {
namespace {

bool is_json(std::string_view text) {
  JsonReader reader(text);
  return reader.value() && reader.at_end();
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("values are handed out as they stand") {
  JsonReader reader(R"(  { "a" : 1.10 , "b":[1, {"c":"\u00e9"}] }  )");
  std::vector<std::string> seen;
  CHECK(reader.object([&](JsonString name) {
    const auto value = reader.value();
    seen.push_back(std::string(name.raw) + "=" + std::string(value.value_or("")));
    return value.has_value();
  }));
  CHECK(reader.at_end());
  CHECK(seen == std::vector<std::string>{"a=1.10", R"(b=[1, {"c":"\u00e9"}])"});
}

TEST_CASE("it takes what RFC 8259 allows and nothing else") {
  for (const char* good : {"null",
                           "true",
                           "false",
                           "0",
                           "-0",
                           "10",
                           "1.5",
                           "1e5",
                           "1E-5",
                           "-1.5e+300",
                           "1e999",
                           R"("")",
                           R"("a\"\\\/\b\f\n\r\t\u00e9")",
                           R"("\ud83d\ude00")",
                           "\"\xf0\x9f\x98\x80\"",
                           "[]",
                           "{}",
                           "[1,[2],{}]",
                           R"({"a":{"a":1}})",
                           " [ 1 , 2 ] ",
                           "\t{\r\n}"}) {
    CAPTURE(good);
    CHECK(is_json(good));
  }
  for (const char* bad : {"",
                          " ",
                          "nul",
                          "True",
                          "01",
                          "-",
                          "+1",
                          "1.",
                          ".5",
                          "1e",
                          "1e+",
                          "NaN",
                          "'a'",
                          "\"",
                          "\"a",
                          R"("\x")",
                          R"("\u12")",
                          R"("\u12g4")",
                          R"("\ud83d")",
                          R"("\ud83dx")",
                          R"("\ud83d\u0041")",
                          R"("\ude00")",
                          "\"\n\"",
                          "\"\xff\"",
                          "\"\xc3\"",
                          "[",
                          "[1",
                          "[1,",
                          "[1,]",
                          "[,1]",
                          "[1 2]",
                          "{",
                          "{a:1}",
                          R"({"a"})",
                          R"({"a":})",
                          R"({"a":1,})",
                          R"({"a":1 "b":2})",
                          "1 2",
                          "[]]",
                          "\xef\xbb\xbf{}",
                          "\xc3\xa9"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_json(bad));
  }
}

TEST_CASE("nesting is limited") {
  CHECK(is_json(nested(protocol::json_depth_max)));
  CHECK_FALSE(is_json(nested(protocol::json_depth_max + 1)));
  CHECK_FALSE(is_json(std::string(1'000'000, '[')));
}

TEST_CASE("the fault and its place are told") {
  JsonReader reader(R"({"a" 1})");
  CHECK_FALSE(reader.value());
  CHECK(reader.fault() == "expected ':' at byte 6");
  CHECK_FALSE(reader.value());
  CHECK_FALSE(reader.string());
  CHECK(reader.fault() == "expected ':' at byte 6");
}

TEST_CASE("escapes become the text that they mean") {
  const auto meaning = [](std::string_view text) {
    JsonReader reader(text);
    const auto string = reader.string();
    return string ? unescaped(*string) : "no string";
  };
  CHECK(meaning(R"("plain")") == "plain");
  CHECK(meaning(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(meaning(R"("\u0041\u00e9\u20AC\ud83d\ude00!")") ==
        "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!");
}

TEST_CASE("on random texts it agrees with another parser") {
  const std::uint64_t seed = tests::seed_or(20260101);
  CAPTURE(seed);
  tests::Random random(seed);
  const std::string base =
      R"({"a":[1,-2.5e3,"x\n\u00e9",true,null],"b":{"c":"\ud83d\ude00","d":[]}})";
  int good = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = base;
    for (std::uint64_t edits = random.below(3); edits > 0; --edits) {
      const auto at = random.below(text.size());
      if (random.once_in(3)) {
        text.erase(at, 1);
      } else {
        text[at] = random.text(1, "{}[]\",:\\u0d81e+-. tn\xc3\xa9")[0];
      }
    }
    CAPTURE(text);
    const bool is_good = nlohmann::json::accept(text);
    good += is_good ? 1 : 0;
    REQUIRE(is_json(text) == is_good);
  }
  CHECK(good > 1000);
  CHECK(good < 19000);
}

}  // namespace weir::adapters::common
