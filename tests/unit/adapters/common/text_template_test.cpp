#include "adapters/common/text_template.hpp"

#include "adapters/abi/adapter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace weir::adapters::common {
namespace {

constexpr std::array variables{
    TemplateVariable{.name = "routing_key", .shape = VariableShape::words, .separator = '.'},
    TemplateVariable{.name = "header", .shape = VariableShape::members},
    TemplateVariable{.name = "message_id", .shape = VariableShape::text}};

TextTemplate parse(std::string_view text, char joint = '/') {
  return TextTemplate({.key = "topic", .text = text, .variables = variables, .joint = joint});
}

std::optional<std::string_view> lookup(std::string_view name, std::string_view member) {
  if (name == "routing_key") return "quotes.us.AAPL";
  if (name == "header" && member == "desk") return "7";
  return std::nullopt;
}

/// The text, or "!" and what is missing.
std::string expanded(const TextTemplate& text) {
  std::string out;
  const auto made = text.expand(lookup, out);
  return made ? out : "!" + made.error();
}

std::string failure_of(std::string_view text) {
  try {
    static_cast<void>(parse(text));
  } catch (const abi::Failure& failure) {
    return failure.what();
  }
  return {};
}

}  // namespace

TEST_CASE("variables are replaced by what they name") {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {Row{"quotes/{routing_key[2]}", "quotes/AAPL"},
                         Row{"{routing_key[0]}-{routing_key[1]}!", "quotes-us!"},
                         Row{"{routing_key[0:]}", "quotes/us/AAPL"},
                         Row{"x/{routing_key[1:]}", "x/us/AAPL"},
                         Row{"{routing_key[2:]}", "AAPL"},
                         Row{"{routing_key}", "quotes.us.AAPL"},
                         Row{"{header[desk]}/{routing_key[1]}", "7/us"},
                         Row{"plain", "plain"},
                         Row{"", ""},
                         Row{"{routing_key[3]}", "!it has no {routing_key[3]}"},
                         Row{"{routing_key[3:]}", "!it has no {routing_key[3:]}"},
                         Row{"{header[side]}", "!it has no {header[side]}"},
                         Row{"{message_id}", "!it has no {message_id}"}}) {
    CAPTURE(row.text);
    CHECK(expanded(parse(row.text)) == row.expected);
  }
  CHECK(expanded(parse("{routing_key[0:]}", '.')) == "quotes.us.AAPL");
}

TEST_CASE("a template says which variables it uses") {
  CHECK(parse("a/{header[desk]}").uses("header"));
  CHECK_FALSE(parse("a/header").uses("header"));
}

TEST_CASE("a template of whole levels says what each is") {
  const auto levels = parse("q/{routing_key[2]}/{routing_key[3:]}").levels("routing_key");
  REQUIRE(levels);
  REQUIRE(levels->size() == 3);
  CHECK((*levels)[0].literal == "q");
  CHECK_FALSE((*levels)[0].word);
  CHECK((*levels)[1].word == 2);
  CHECK_FALSE((*levels)[1].takes_rest);
  CHECK((*levels)[2].word == 3);
  CHECK((*levels)[2].takes_rest);
  const auto last = parse("{routing_key[0]}/q").levels("routing_key");
  REQUIRE(last);
  REQUIRE(last->size() == 2);
  CHECK((*last)[1].literal == "q");
  const auto header = parse("q/{header[desk]}").levels("routing_key");
  REQUIRE_FALSE(header);
  CHECK(header.error() == "it uses {header} in another way");
}

TEST_CASE("a wrong template names the key and what there is") {
  struct Row {
    const char* text;
    const char* part;
  };
  for (const Row& row :
       {Row{"{route}", "'{route}' is none of {routing_key[1]}, {header[name]}, {message_id}"},
        Row{"{header}", "'{header}' is none of"},
        Row{"{header[]}", "is none of"},
        Row{"{message_id[1]}", "is none of"},
        Row{"{routing_key[x]}", "is none of"},
        Row{"{routing_key[-1]}", "is none of"},
        Row{"{routing_key[1}", "is none of"},
        Row{"{routing_key[:]}", "is none of"},
        Row{"{}", "is none of"},
        Row{"a{routing_key", "a brace has no partner"},
        Row{"a}", "a brace has no partner"},
        Row{"{{routing_key}}", "a brace has no partner"}}) {
    CAPTURE(row.text);
    const std::string failure = failure_of(row.text);
    CAPTURE(failure);
    CHECK(failure.starts_with("key 'topic' is '" + std::string(row.text) + "': "));
    CHECK(failure.find(row.part) != std::string::npos);
  }
}

}  // namespace weir::adapters::common
