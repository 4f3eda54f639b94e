#include "gateway/http/query.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace weir::gateway::http {

TEST_CASE("percent-encoded text") {
  struct Row {
    std::string_view text;
    std::optional<std::string> expected;
  };
  const Row rows[] = {
      {"", ""},
      {"quotes/AAPL", "quotes/AAPL"},
      {"quotes%2FAAPL", "quotes/AAPL"},
      {"%e2%82%AC", "\xE2\x82\xAC"},
      {"a+b", "a+b"},
      {"100%25", "100%"},
      {"%2525", "%25"},
      {"%", std::nullopt},
      {"a%2", std::nullopt},
      {"%2", std::nullopt},
      {"%zz", std::nullopt},
      {"%2g", std::nullopt},
      {"%+1", std::nullopt},
      {"%00", std::nullopt},
      {"%01", "\x01"},
      {"%10", "\x10"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(percent_decode(row.text) == row.expected);
  }
}

TEST_CASE("parameters of a query") {
  struct Row {
    std::string_view query;
    std::string_view name;
    std::optional<std::string> expected;
  };
  const Row rows[] = {
      {"filter=quotes/%2B&rate=5", "filter", "quotes/+"},
      {"filter=quotes/%2B&rate=5", "rate", "5"},
      {"filter=a&filter=b", "filter", "a"},
      {"a=b=c", "a", "b=c"},
      {"a", "a", ""},
      {"a=", "a", ""},
      {"&&a=1&", "a", "1"},
      {"%61=1", "a", "1"},
      {"ab=1", "a", std::nullopt},
      {"", "a", std::nullopt},
      {"a=%", "a", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.query);
    CAPTURE(row.name);
    CHECK(query_parameter(row.query, row.name) == row.expected);
  }
}

TEST_CASE("all parameters come in order, decoded, or none where one does not decode") {
  const auto words = [](std::string_view query) {
    const auto parameters = read_query(query);
    if (!parameters) return std::string("no");
    std::string out;
    for (const auto& [name, value] : *parameters) out += name + "=" + value + ";";
    return out;
  };
  CHECK(words("") == "");
  CHECK(words("a=1&b=%2B&a=2") == "a=1;b=+;a=2;");
  CHECK(words("a&b=&&=c&d==") == "a=;b=;=c;d==;");
  CHECK(words("filter=quotes/+&%66=x") == "filter=quotes/+;f=x;");
  CHECK(words("a=%2") == "no");
  CHECK(words("%zz=1") == "no");
  CHECK(words("a=%00") == "no");
}

}  // namespace weir::gateway::http
