#include "protocol/core/json_text.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace weir::protocol {

namespace {

std::string number_text(double number) {
  std::string out;
  append_number(number, out);
  return out;
}

}  // namespace

TEST_CASE("numbers are written so that they read back the same, and short") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(5) == "5");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(0.00001) == "1e-05");
  CHECK(number_text(1e6) == "1e+06");
  CHECK(number_text(1.0 / 3) == "0.3333333333333333");
  std::string out;
  append_integer(std::numeric_limits<std::uint64_t>::max(), out);
  append_integer(std::numeric_limits<std::int64_t>::min(), out);
  CHECK(out == "18446744073709551615-9223372036854775808");
}

TEST_CASE("texts are escaped where JSON wants it and not UTF-8 is replaced byte by byte") {
  struct Row {
    std::string text;
    std::string written;
  };
  const std::vector<Row> rows{{"", R"("")"},
                              {"a/b", R"("a/b")"},
                              {"\"\\\b\f\n\r\t", R"("\"\\\b\f\n\r\t")"},
                              {std::string("\0\x1f\x7f", 3), "\"\\u0000\\u001f\x7f\""},
                              {"caf\xc3\xa9 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xf0\x9f\x98\x80\""},
                              {"\xff", "\"\xef\xbf\xbd\""},
                              {"a\xc3", "\"a\xef\xbf\xbd\""},
                              {"\xc0\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\\\"\""},
                              {"\xe2\x82x", "\"\xef\xbf\xbd\xef\xbf\xbdx\""}};
  for (const auto& row : rows) {
    std::string out;
    append_string(row.text, out);
    CHECK(out == row.written);
  }
}

TEST_CASE("the content of a literal can come in parts") {
  std::string out;
  append_string_content("a\"", out);
  append_string_content("b\n", out);
  CHECK(out == R"(a\"b\n)");
}

}  // namespace weir::protocol
