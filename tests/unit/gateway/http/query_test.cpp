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

}  // namespace weir::gateway::http
