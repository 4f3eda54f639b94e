#include "protocol/core/json_patch.hpp"

#include "tests/support/random.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::protocol {
namespace {

using nlohmann::json;

constexpr std::size_t any_size = SIZE_MAX;

std::string patch_of(std::string_view from, std::string_view to) {
  return make_json_patch(from, to, any_size).value_or("none");
}

/// Whether the patch makes `to` of `from`, as another library applies it.
bool is_right(const std::string& from, const std::string& to, std::string_view patch) {
  return json::parse(from).patch(json::parse(patch)) == json::parse(to);
}

/// Documents that are like each other now and then.
class Documents {
public:
  explicit Documents(std::uint64_t seed) : random_(seed) {}

  std::string value(int depth = 0) {
    const auto kind = random_.below(depth < 4 ? 8 : 4);
    if (kind < 4) return scalar();
    std::string text(1, kind < 6 ? '{' : '[');
    const auto count = random_.below(7);
    std::vector<bool> used(names.size());
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string part;
      if (kind < 6) {
        const auto name = random_.below(names.size());
        if (used[name]) continue;
        used[name] = true;
        part = std::string(names[name]) + blank() + ":" + blank();
      }
      if (text.size() > 1) text += ',';
      text += blank() + part + value(depth + 1);
    }
    return text + blank() + (kind < 6 ? '}' : ']');
  }

  /// The same with a few scalars exchanged for others.
  std::string like(const std::string& text) {
    auto document = json::parse(text);
    exchange(document);
    return document.dump();
  }

private:
  static constexpr std::array<std::string_view, 9> names{R"("a")",
                                                         R"("b")",
                                                         R"("a/b")",
                                                         R"("m~n")",
                                                         R"("")",
                                                         R"("\"\\\u0001")",
                                                         R"("ä")",
                                                         R"("0")",
                                                         R"("__proto__")"};

  std::string scalar() {
    constexpr std::array<std::string_view, 8> scalars{"1.10",
                                                      "1.1",
                                                      "0",
                                                      "null",
                                                      "true",
                                                      R"("x")",
                                                      R"("a \"quoted\" text, rather long")",
                                                      "-7e3"};
    return std::string(scalars[random_.below(scalars.size())]);
  }
  std::string blank() { return random_.once_in(8) ? " " : ""; }

  void exchange(json& document) {
    if (document.is_structured()) {
      for (auto& part : document) {
        if (random_.once_in(2)) exchange(part);
      }
      if (document.is_array() && random_.once_in(4)) document.insert(document.begin(), 5);
      if (document.is_array() && random_.once_in(4)) document.push_back(json::parse(value(3)));
      if (document.is_array() && !document.empty() && random_.once_in(4)) document.erase(0);
      if (document.is_array() && random_.once_in(8)) document.insert(document.end(), 8, 3);
    } else if (random_.once_in(2)) {
      document = json::parse(scalar());
    }
  }

  tests::Random random_;
};

/// `{"n0":0,"n1":0, ...}`, the last member 1.
std::string wide_object(std::size_t members, char last) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i) text += "\"n" + std::to_string(i) + "\":0,";
  return text + "\"last\":" + last + "}";
}

std::string nested(std::size_t depth, const std::string& inner) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "[";
  text += inner;
  for (std::size_t i = 0; i < depth; ++i) text += "]";
  return text;
}

}  // namespace

TEST_CASE("members are added, removed and replaced, with their values as they are written") {
  CHECK(patch_of(R"({"bid":1.1,"ask":2})", R"({"bid":1.10,"ask":2})") ==
        R"([{"op":"replace","path":"/bid","value":1.10}])");
  const std::string kept =
      R"("c":"a text that is long enough to be worth keeping, as it should be")";
  CHECK(patch_of(R"({"a":1,"b":2,)" + kept + "}", "{" + kept + R"(,"d":123456789012345678901})") ==
        R"([{"op":"remove","path":"/a"},{"op":"remove","path":"/b"},)"
        R"({"op":"add","path":"/d","value":123456789012345678901}])");
}

TEST_CASE("what differs in blanks and order of members only is the same") {
  CHECK(patch_of(R"({"a":1,"b":[1,2]})", " {\"b\":[1, 2],\n\"a\":1} ") == "[]");
  CHECK(patch_of("17", " 17 ") == "[]");
}

TEST_CASE("paths go into what is nested, and escape what a path cannot hold") {
  constexpr const char* rest = R"(,"rest":"some more that stays as it is"}})";
  const auto in = [&](const std::string& name, char value) {
    return R"({"x":{")" + name + "\":" + value + rest;
  };
  for (const auto& [name, token] :
       std::vector<std::pair<std::string, std::string>>{{"a/b", "a~1b"},
                                                        {"a~b", "a~0b"},
                                                        {"~1", "~01"},
                                                        {R"(\"q\\)", R"(\"q\\)"},
                                                        {R"(\u0000\n)", R"(\u0000\u000a)"},
                                                        {R"(\u00e4)", "ä"},
                                                        {R"(\/)", "~1"},
                                                        {"", ""}}) {
    CAPTURE(name);
    CHECK(patch_of(in(name, '1'), in(name, '2')) ==
          R"([{"op":"replace","path":"/x/)" + token + R"(","value":2}])");
  }
}

TEST_CASE("of an array only what lies between its same beginning and its same end is changed") {
  CHECK(patch_of("[1,2,3,4]", "[1,2,9,4]") == R"([{"op":"replace","path":"/2","value":9}])");
  const std::string word = R"("a text that is longer than an operation would be")";
  const auto array = [&](const std::string& middle) {
    return "[" + word + middle + "," + word + "]";
  };
  CHECK(patch_of(array(",1"), array(",2")) == R"([{"op":"replace","path":"/1","value":2}])");
  CHECK(patch_of(array(",1"), array(",1,2")) == R"([{"op":"add","path":"/2","value":2}])");
  CHECK(patch_of(array(",1,2"), array(",3")) ==
        R"([{"op":"replace","path":"/1","value":3},{"op":"remove","path":"/2"}])");
  CHECK(patch_of(array(""), array("").substr(0, array("").size() - 1) + ",7]") ==
        R"([{"op":"add","path":"/2","value":7}])");
  CHECK(patch_of("[[" + word + ",1]," + word + "]", "[[" + word + ",2]," + word + "]") ==
        R"([{"op":"replace","path":"/0/1","value":2}])");
}

TEST_CASE("a list that moves on keeps what stays in it, whichever way it moves") {
  const auto list = [](int first, int last, int step) {
    std::string text;
    for (int i = first; i != last; i += step) {
      text += (text.empty() ? "[" : ",") + std::string(R"({"trade":)") + std::to_string(i) +
              R"(,"about":"some text"})";
    }
    return text + "]";
  };
  CHECK(patch_of(list(1, 9, 1), list(3, 11, 1)) ==
        R"([{"op":"remove","path":"/1"},{"op":"remove","path":"/0"},)"
        R"({"op":"add","path":"/6","value":{"trade":9,"about":"some text"}},)"
        R"({"op":"add","path":"/7","value":{"trade":10,"about":"some text"}}])");
  CHECK(patch_of(list(9, 1, -1), list(10, 2, -1)) ==
        R"([{"op":"add","path":"/0","value":{"trade":10,"about":"some text"}},)"
        R"({"op":"remove","path":"/8"}])");
}

TEST_CASE("a part whose changes are larger than itself is replaced whole") {
  const auto document = [](const char* small) {
    return std::string(R"({"small":)") + small + R"(,"rest":"something that stays as it is"})";
  };
  CHECK(patch_of(document("[1,2,3]"), document("[4,5,6]")) ==
        R"([{"op":"replace","path":"/small","value":[4,5,6]}])");
}

TEST_CASE("a part that has a name twice, or one that readers read differently, is replaced whole") {
  const auto document = [](const char* twin, char value) {
    return std::string(R"({"a":1,")") + twin + "\":" + value +
           R"(,"text":"long enough to be worth keeping, were it possible"})";
  };
  for (const char* twin : {"a", R"(\u0061)", R"(\ud800)"}) {
    CAPTURE(std::string(twin));
    CHECK(patch_of(R"({"in":)" + document(twin, '1') + "}",
                   R"({"in":)" + document(twin, '2') + "}") ==
          R"([{"op":"replace","path":"/in","value":)" + document(twin, '2') + "}]");
    CHECK_FALSE(make_json_patch(document(twin, '1'), document(twin, '2'), 100));
  }
}

TEST_CASE("there is no patch that is longer than it may be") {
  const std::string from = R"({"a":1,"text":"long enough to be worth keeping"})";
  const std::string to = R"({"a":2,"text":"long enough to be worth keeping"})";
  const auto patch = patch_of(from, to);
  CHECK(make_json_patch(from, to, patch.size()) == patch);
  CHECK_FALSE(make_json_patch(from, to, patch.size() - 1));
  CHECK(make_json_patch("1", "1", 2) == "[]");
  CHECK_FALSE(make_json_patch("1", "1", 1));
  CHECK_FALSE(make_json_patch("1", "[1]", 3));
}

TEST_CASE("what is nested too deep is replaced whole") {
  const std::string text = ",\"a text of some length that would be worth keeping if one could\"";
  const auto deepest_path = [&](std::size_t depth) {
    const auto patch = json::parse(patch_of(nested(depth, "1" + text), nested(depth, "2" + text)));
    return patch.at(0).at("path").get<std::string>();
  };
  CHECK(deepest_path(5).size() == 10);
  CHECK(deepest_path(500).size() < 64);
}

TEST_CASE("an object of many members is compared in a moment, whatever has changed") {
  constexpr std::size_t members = 10'000;
  const auto before = wide_object(members, '1');
  CHECK(patch_of(before, wide_object(members, '2')) ==
        R"([{"op":"replace","path":"/last","value":2}])");
  // Nothing in common, in an order that would be the worst for a search of each: 10^8 comparisons.
  std::string other = "{";
  for (std::size_t i = members; i > 0; --i) other += "\"m" + std::to_string(i) + "\":0,";
  other += "\"last\":1}";
  CHECK_FALSE(make_json_patch(before, other, other.size()));
  std::string reversed = "{";
  for (std::size_t i = members; i > 0; --i) reversed += "\"n" + std::to_string(i - 1) + "\":0,";
  CHECK(patch_of(before, reversed + "\"last\":1}") == "[]");
}

TEST_CASE("whatever the documents, another library makes the one of the other with the patch") {
  const auto seed = tests::seed_or(20'261'126);
  CAPTURE(seed);
  Documents documents(seed);
  std::size_t smaller = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto from = documents.value();
    const auto to = round % 2 == 0 ? documents.like(from) : documents.value();
    CAPTURE(from);
    CAPTURE(to);
    const auto patch = make_json_patch(from, to, any_size);
    REQUIRE(patch);
    CAPTURE(*patch);
    REQUIRE(is_right(from, to, *patch));
    const auto bounded = make_json_patch(from, to, to.size());
    if (bounded) {
      ++smaller;
      REQUIRE(bounded->size() <= to.size());
      REQUIRE(is_right(from, to, *bounded));
    }
  }
  CHECK(smaller > 300);
}

}  // namespace weir::protocol
