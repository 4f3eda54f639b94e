#include "gateway/app/session_request.hpp"

#include <doctest/doctest.h>

#include <string>

namespace weir::gateway::app {

TEST_CASE("a change names what it changes, null and 0 take it away") {
  const auto all =
      read_ceiling_change(R"({"bytes_per_s":64000,"messages_per_s":0.5,"max_delay_ms":60000})");
  REQUIRE(all);
  CHECK(all->bytes_per_s == 64000);
  CHECK(all->messages_per_s == 0.5);
  CHECK(all->max_delay_ms == 60000);
  const auto some = read_ceiling_change(R"({"bytes_per_s":null,"max_delay_ms":0})");
  REQUIRE(some);
  CHECK(some->bytes_per_s == 0);
  CHECK_FALSE(some->messages_per_s);
  CHECK(some->max_delay_ms == 0);
}

TEST_CASE("what is no change is refused with what was expected") {
  const struct {
    const char* body;
    const char* text;
  } rows[] = {
      {"", R"(expected a JSON object like {"bytes_per_s":64000})"},
      {"[]", R"(expected a JSON object like {"bytes_per_s":64000})"},
      {R"({"bytes_per_s":1)", R"(expected a JSON object like {"bytes_per_s":64000})"},
      {"{}", "expected at least one of bytes_per_s, messages_per_s and max_delay_ms"},
      {R"({"bytes":1})",
       "bytes: is no limit; expected bytes_per_s, messages_per_s or max_delay_ms"},
      {R"({"bytes_per_s":-1})",
       "bytes_per_s: expected null or an integer from 0 to 9007199254740991"},
      {R"({"bytes_per_s":1.5})",
       "bytes_per_s: expected null or an integer from 0 to 9007199254740991"},
      {R"({"bytes_per_s":9007199254740992})",
       "bytes_per_s: expected null or an integer from 0 to 9007199254740991"},
      {R"({"messages_per_s":"5"})",
       "messages_per_s: expected null, 0, or a number from 0.00001 to 1000000"},
      {R"({"messages_per_s":0.000001})",
       "messages_per_s: expected null, 0, or a number from 0.00001 to 1000000"},
      {R"({"messages_per_s":1000001})",
       "messages_per_s: expected null, 0, or a number from 0.00001 to 1000000"},
      {R"({"max_delay_ms":60001})", "max_delay_ms: expected null or an integer from 0 to 60000"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const auto change = read_ceiling_change(row.body);
    REQUIRE_FALSE(change);
    CHECK(change.error() == row.text);
  }
}

}  // namespace weir::gateway::app
