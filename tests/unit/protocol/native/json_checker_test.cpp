#include "protocol/native/json_checker.hpp"

#include "protocol/core/utf8.hpp"
#include "tests/support/random.hpp"
#include "tests/unit/protocol/native/vectors.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace weir::protocol::native {

namespace {

/// The fault, or an empty text where there is none.
std::string fault_of(const std::string& text, JsonRules rules = JsonRules::of_request()) {
  const auto object = check_object(text, rules);
  if (!object.fault) return "";
  return std::to_string(object.fault->at) + " " + object.fault->what;
}

std::string nested(std::size_t depth) {
  return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

bool is_rule_beyond_grammar(const std::string& fault) {
  for (const auto* rule : {"occurs twice", "nested too deep", "too many members"}) {
    if (fault.find(rule) != std::string::npos) return true;
  }
  return false;
}

/// Whether another parser takes the text for an object; nullopt: it gave up at a number that no
/// double holds.
std::optional<bool> is_object_for_nlohmann(const std::string& text) {
  try {
    return nlohmann::json::parse(text).is_object();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("the members of an object are found with their bytes, without the space around them") {
  const auto object = check_object(
      "{ \"a\" : [1, {\"b\":2}] ,\"\\u0062\":1.10\t,\"c\":null,\"d\":\"\\\"}\" , "
      "\"e\":{},\"f\":false}",
      JsonRules::of_request());
  CHECK_FALSE(object.fault);
  struct Row {
    std::string name;
    JsonType type;
    std::string text;
  };
  const std::vector<Row> rows{{"a", JsonType::array, R"([1, {"b":2}])"},
                              {"b", JsonType::number, "1.10"},
                              {"c", JsonType::null, "null"},
                              {"d", JsonType::string, R"("\"}")"},
                              {"e", JsonType::object, "{}"},
                              {"f", JsonType::boolean, "false"}};
  REQUIRE(object.members.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(object.members[i].name == rows[i].name);
    CHECK(object.members[i].value.type == rows[i].type);
    CHECK(object.members[i].value.text == rows[i].text);
  }
}

TEST_CASE("what was complete before a fault is told") {
  const auto object =
      check_object(R"({"id":5,"op":"publish","data":[1,})", JsonRules::of_request());
  REQUIRE(object.fault);
  CHECK(object.fault->at == 33);
  REQUIRE(object.members.size() == 2);
  CHECK(object.members[0].value.text == "5");
}

TEST_CASE("numbers are as the grammar wants them") {
  for (const std::string number :
       {"0", "-0", "10", "-1.5", "0.0", "1e5", "1E+5", "1e-05", "-0.1e0", "1e999"}) {
    CHECK(fault_of(R"({"a":)" + number + "}") == "");
  }
  for (const std::string number :
       {"-", "+1", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "0x1", "1_000", "Infinity"}) {
    CAPTURE(number);
    CHECK(fault_of(R"({"a":)" + number + "}") != "");
  }
}

TEST_CASE("nesting is taken up to the limit and no further") {
  const auto rules = JsonRules::of_request();
  CHECK(fault_of(nested(rules.depth_max)) == "");
  CHECK(fault_of(nested(rules.depth_max + 1)) ==
        std::to_string(4 + rules.depth_max) + " nested too deep");
  const auto lenient = JsonRules::of_reader();
  CHECK(fault_of(nested(lenient.depth_max), lenient) == "");
  CHECK(fault_of(nested(lenient.depth_max + 1), lenient) != "");
  CHECK(fault_of(std::string(1'000'000, '[')) != "");
  CHECK(fault_of(R"({"a":)" + std::string(1'000'000, '[')) != "");
}

TEST_CASE("members are taken up to the limit and no further") {
  const auto with_members = [](std::size_t count) {
    std::string text = "{";
    for (std::size_t i = 0; i < count; ++i) text += "\"" + std::to_string(i) + "\":0,";
    text.back() = '}';
    return text;
  };
  CHECK(fault_of(with_members(json_members_max)) == "");
  CHECK(fault_of(with_members(json_members_max + 1)).ends_with("too many members"));
}

TEST_CASE("a name twice in one object is found, however it is written") {
  std::string many = R"({"a":{)";
  for (int i = 0; i < 1000; ++i) many += "\"" + std::to_string(i) + "\":{\"x\":[{\"x\":1}]},";
  struct Row {
    std::string name;
    std::string text;
    bool is_twice;
  };
  const std::vector<Row> rows{
      {"outermost", R"({"a":1,"a":1})", true},
      {"inside", R"({"d":{"a":1,"b":1,"a":1}})", true},
      {"with an escape", R"({"d":{"a":1,"\u0061":1}})", true},
      {"both with escapes", R"({"d":{"\u0061":1,"\u0061":1}})", true},
      {"empty", R"({"d":{"":1,"":1}})", true},
      {"in an array", R"({"d":[{"a":1,"a":1}]})", true},
      {"behind an inner object", R"({"d":{"a":{"b":1,"c":2},"a":1}})", true},
      {"same name further in", R"({"d":{"a":{"a":{"a":1}},"b":{"a":1}}})", false},
      {"same name beside", R"({"d":[{"a":1},{"a":1}]})", false},
      {"capitals differ", R"({"d":{"a":1,"A":1}})", false},
      {"many", many + "\"z\":1}}", false},
      {"twice among many", many + "\"500\":1}}", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK((fault_of(row.text).find("occurs twice") != std::string::npos) == row.is_twice);
  }
  CHECK(fault_of(R"({"d":{"a":1,"a":1}})", JsonRules::of_reader()) == "");
  CHECK(fault_of(R"({"d":1,"d":1})", JsonRules::of_reader()) != "");
}

TEST_CASE("any byte changed, taken out or put in: another parser agrees about the grammar") {
  const auto seed = tests::seed_or(20'260'921);
  CAPTURE(seed);
  tests::Random random(seed);
  constexpr std::string_view alphabet = "{}[]\",:\\u0123456789abcdefDEtrunls+-.\n\t /";
  for (const auto& vector : tests::load_vectors("commands.json")) {
    const auto whole = vector.at("text").get<std::string>();
    for (int i = 0; i < 200; ++i) {
      auto text = whole;
      const auto at = random.below(text.size() + 1);
      const auto piece = random.text(random.below(3), alphabet);
      text.replace(at, random.below(3), piece);
      if (!is_utf8(text)) continue;  // the frame decoder has refused it
      CAPTURE(text);
      const auto fault = fault_of(text);
      const auto is_object = is_object_for_nlohmann(text);
      if (!is_object) continue;
      if (*is_object) {
        CHECK_MESSAGE((fault.empty() || is_rule_beyond_grammar(fault)), fault);
      } else {
        CHECK(fault != "");
      }
    }
  }
}

TEST_CASE("types have names for people") {
  CHECK(name(JsonType::null) == "null");
  CHECK(name(JsonType::object) == "an object");
}

}  // namespace weir::protocol::native
